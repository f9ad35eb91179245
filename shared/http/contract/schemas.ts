import * as z from 'zod';
import { ACCOUNT_STATES, ORIGINS, RESOLUTIONS } from '../../domain/agents/agent.ts';
import { PROBLEMS } from '../../domain/agents/matchReport.ts';
import { UNKNOWN_AGE_SECONDS } from '../../domain/presence/freshness.ts';
import { presetSchema, ruleSchema } from '../../domain/rules/ruleSet.ts';

/** The answers, field by field in their order. What the app sends is held against these in the tests. */

const text = (description: string) => z.string().meta({ description });
const time = (description: string) =>
  z
    .string()
    .regex(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$/)
    .meta({ description: `${description}; UTC, empty for never` });
const flag = (description: string) => z.union([z.literal(0), z.literal(1)]).meta({ description });
const count = (description: string) => z.int().min(0).meta({ description });
const seconds = (description: string) => z.int().min(0).max(UNKNOWN_AGE_SECONDS).meta({ description });
const days = (description: string) => z.int().meta({ description: `${description}; -1 when nobody knows` });
const matchedBy = z
  .enum(['agentId', 'userId', 'email', 'number', ''])
  .meta({ description: 'Which kind of key found the agent' });

const who = {
  agentId: text("The ACD's id of the agent"),
  email: text('As uploaded, else as the directory has it'),
  userId: text('Object id in Entra'),
  displayName: text('Empty with DATA_LEVEL=minimal'),
  group: text('As uploaded'),
  number: text('E.164 digits without plus, or the extension as written'),
  numberE164: text('The same with plus; empty for an extension'),
};
const presence = {
  teamsAvailability: text("Microsoft's value; empty with DATA_LEVEL=minimal"),
  teamsActivity: text("Microsoft's value; empty with DATA_LEVEL=minimal"),
  outOfOffice: flag('1 when Teams shows out of office'),
  telStatus: z.union([z.literal(0), z.literal(1), z.literal(2)]).meta({ description: '0 free, 1 busy, 2 ringing' }),
  telStatusText: z.enum(['free', 'busy', 'ringing', 'unknown']),
  reachable: flag('1 when a call may be offered; this alone decides'),
  known: flag('0 when Teams tells nothing usable: decide as you would without Teams'),
  agentStatus: text('A status of the ACD that the rule proposes, in your own words'),
  rule: text('Id of the rule that decided'),
  changedAt: time('When the Teams values last changed'),
};
const stale = flag('1 when the data is older than STALE_AFTER_SECONDS');

export const recordSchema = z.strictObject({ ...who, ...presence, stale }).meta({ id: 'PresenceRecord' });

const status = z.int().meta({ description: 'The HTTP status again' });
const single = {
  status,
  ...who,
  matchedBy,
  ...presence,
  checkedAt: time('When Teams was read'),
  ageSeconds: seconds('Age of the reading; 999999 when nobody knows'),
  stale,
  error: text('A stable word; empty when all is well'),
  message: text('A sentence; empty when all is well'),
};

export const singleSchema = z.strictObject(single).meta({ id: 'SinglePresence' });

export const severalSchema = z
  .strictObject({ ...single, count: count('How many agents have the key'), agentIds: text('Joined by commas') })
  .meta({ id: 'SeveralAgents' });

export const nextSchema = z
  .strictObject({
    ...single,
    cursor: text('What to send as next= for the change after this one'),
    more: flag('1 when another change is there already'),
    removed: flag('1 when the agent is no more'),
  })
  .meta({ id: 'NextChange' });

export const listSchema = z
  .strictObject({
    status,
    count: count('Records in this answer'),
    orderBy: z.enum(['agentId', 'agents']),
    ascending: z.literal(1),
    revision: text('What to send as changedSince= next time'),
    checkedAt: time('The oldest reading in the answer'),
    ageSeconds: seconds('Its age'),
    stale: flag('1 when any record is stale'),
    reachableCount: count('Reachable agents that fit the filter'),
    firstReachable: text('The first of them'),
    full: flag('1 when the answer holds everything, 0 when only the changes; only with changedSince').optional(),
    removed: z.array(z.string()).optional().meta({ description: 'Agents who fit no more; only with changedSince' }),
    records: z.array(recordSchema),
  })
  .meta({ id: 'PresenceList' });

export const failureSchema = z
  .strictObject({
    status,
    error: text('A stable word'),
    message: text('A sentence for a person'),
    faults: z.array(z.string()).optional().meta({ description: 'Of an upload: a sentence for each fault' }),
  })
  .meta({ id: 'Failure' });

export const agentSchema = z
  .strictObject({
    agentId: z.string().regex(/^[A-Za-z0-9._@-]{1,64}$/),
    email: z.string().default(''),
    userId: z.string().default('').meta({ description: 'Object id in Entra' }),
    number: z.string().default(''),
    number2: z.string().default(''),
    number3: z.string().default(''),
    displayName: z.string().default(''),
    group: z.string().default(''),
  })
  .meta({ id: 'Agent' });

const problem = z.enum(PROBLEMS);
const report = {
  count: count('Agents'),
  mapped: count('Found in the directory and enabled'),
  notFound: count('Nobody in the directory fits'),
  disabled: count('The account is disabled'),
  pending: count('Not looked up yet'),
};
const attention = z.array(
  z.strictObject({
    line: count('Line in the uploaded file; 0 when the row did not come with it'),
    agentId: z.string(),
    problem,
    message: z.string(),
  }),
);
const generation = text('Version of the agents, also the ETag');

export const uploadReportSchema = z
  .strictObject({
    status,
    ...report,
    generation,
    added: count('Agents that were not there before'),
    removed: count('Agents that are no more'),
    changed: count('Agents that stayed, of whom something in the list is different'),
    wouldRefuse: flag('Of a dry run: 1 when the upload would be refused without replaceAll').optional(),
    wouldRemove: z.array(z.string()).describe('Of a dry run: who would be no agent any more').optional(),
    wouldRemap: z
      .array(z.strictObject({ agentId: z.string(), from: z.string(), to: z.string() }))
      .describe('Of a dry run: who would stand for another person')
      .optional(),
    wouldBeUnreachable: z.array(z.string()).describe('Of a dry run: who is read now and would not be').optional(),
    encoding: text('How the bytes were read, as the Encoding Standard names it').optional(),
    ignoredColumns: z.array(z.string()).optional(),
    attention,
  })
  .meta({ id: 'UploadReport' });

export const matchReportSchema = z
  .strictObject({
    status,
    ...report,
    generation,
    syncedAt: time('The last complete directory sync'),
    syncFault: text('Why the last sync changed nothing; empty when it was complete'),
    warning: text('Said of a copy, while the tables cannot be read; otherwise empty'),
    attention,
  })
  .meta({ id: 'MatchReport' });

export const rulesSchema = z
  .strictObject({ preset: presetSchema, rules: z.array(ruleSchema) })
  .meta({ id: 'Rules', description: 'A file that uploads unchanged' });

export const rulesChangedSchema = z
  .strictObject({
    status,
    dryRun: flag('1 when nothing was changed'),
    preset: presetSchema,
    rules: count('Rules in the table'),
    changed: count('Agents of whom something is different'),
    changes: z.array(
      z.strictObject({
        agents: z.int().min(1),
        from: z.string(),
        to: z.string(),
        reachableFrom: z.int(),
        reachableTo: z.int(),
      }),
    ),
    warnings: z.array(z.string()).meta({ description: 'What is probably not meant, although it counts' }),
  })
  .meta({ id: 'RulesChanged' });

export const explanationSchema = z
  .strictObject({
    status,
    agentId: z.string(),
    displayName: z.string(),
    matchedBy: z.enum(['agentId', 'userId', 'email', 'number', 'name']),
    group: z.string(),
    rule: text('The rule that decided'),
    why: text('Why it did'),
    cause: text('Why the reading is old, in words; empty while it is fresh'),
    hint: text('What a person should look at; empty for nothing'),
    skipped: z
      .array(z.strictObject({ rule: z.string(), why: z.string() }))
      .meta({ description: 'The rules above it, and what kept each from deciding' }),
    telStatus: z.int(),
    reachable: z.int(),
    agentStatus: z.string(),
    rules: z.enum(['strict', 'acd-decides', 'calls-only', 'own']),
    settleSecondsLeft: count('Until a change to free counts'),
    teamsAvailability: z.string(),
    teamsActivity: z.string(),
    outOfOffice: z.int(),
    sequence: text("Microsoft's version stamp"),
    changedAt: time('When the Teams values last changed'),
    availableSince: time('Since when the person is Available'),
    checkedAt: time('When Teams was read'),
    ageSeconds: seconds('Age of the reading'),
    attemptedAt: time('When it was tried last'),
    notBefore: time('Microsoft asked not to ask before'),
    freshness: z.enum(['fresh', 'stale', 'unknown']),
    shard: z.int(),
    signIn: z.enum(['delegated', 'app-only', '']),
    account: z.enum([...ACCOUNT_STATES, 'removed']),
    resolvedBy: z.enum(RESOLUTIONS),
    origin: z.enum(ORIGINS),
    line: z.int(),
    userId: z.string(),
    userPrincipalName: z.string(),
    mail: z.string(),
    aliases: text('Joined by blanks'),
    directoryNumbers: text('Joined by blanks'),
    numberKeys: text('What the numbers of the list are found by, joined by blanks'),
    directorySyncedAt: time('The last complete directory sync'),
  })
  .meta({ id: 'Explanation' });

const expiry = z.enum(['ok', 'warning', 'critical', 'unknown']);

const pullAge = (description: string) => z.int().min(-1).meta({ description });

export const healthSchema = z
  .strictObject({
    status,
    state: z.enum(['ok', 'degraded', 'down']),
    reason: z.string(),
    fault1: z.string(),
    fault2: z.string(),
    fault3: z.string(),
    lastPollAt: time('The last try to read Teams'),
    lastPollAgeSeconds: seconds('Its age'),
    lastSuccessAt: time('The last complete reading'),
    agentsMapped: count('Agents'),
    agentsFound: count('Found in the directory and enabled'),
    agentsFailed: count('All others'),
    lastPullAt: time('The last question of the ACD to this instance'),
    pullsLastHour: count('Questions of the ACD to this instance'),
    pullsRenewed: count('Of these, how many had the data renewed before they were answered'),
    pullAgeP50: pullAge('Age of the data at half of them; -1 without any'),
    pullAgeP99: pullAge('Age of the data at all but one of a hundred; -1 without any'),
    secretDaysLeft: days('Days the client secret lasts'),
    secretExpiresOn: z.string(),
    secretExpirySource: z.string(),
    secretExpiry: expiry,
    passwordDaysLeft: days("Days the user's password lasts"),
    passwordExpiresOn: z.string(),
    passwordExpirySource: z.string(),
    passwordExpiry: expiry,
    expiryHint: z.string(),
    signIn: z.string(),
    version: z.string(),
  })
  .meta({ id: 'Health' });

export const healthFailureSchema = failureSchema.extend({ state: z.literal('down') }).meta({ id: 'HealthFailure' });

export const doctorSchema = z
  .strictObject({
    status,
    state: z.enum(['ok', 'warning', 'failed']),
    steps: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        guide: text('Section of the set-up guide'),
        status: z.enum(['ok', 'warning', 'failed', 'skipped']),
        seen: z.string(),
        todo: z.string(),
      }),
    ),
    version: z.string(),
    jtel: z.strictObject({
      baseUrl: z.string(),
      header: z.string(),
      sampleUrl: z.string(),
      variables: z.string(),
      lag: z.string(),
    }),
  })
  .meta({ id: 'DoctorReport' });

export const liveSchema = z.strictObject({ status, version: z.string() }).meta({ id: 'Live' });
export const liveFailureSchema = failureSchema.extend({ version: z.string() }).meta({ id: 'LiveFailure' });
