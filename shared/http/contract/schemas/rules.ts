import * as z from 'zod';
import { ACCOUNT_STATES, KEY_KINDS, ORIGINS, RESOLUTIONS } from '../../../domain/agents/agent.ts';
import { PRESET_NAMES } from '../../../domain/rules/presets.ts';
import { presetSchema, ruleSchema } from '../../../domain/rules/ruleSet.ts';
import { count, flag, seconds, status, text, time } from './fields.ts';

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
    wouldRefuse: flag('Of a dry run: 1 when the change would be refused without allowCalls').optional(),
    warnings: z.array(z.string()).meta({ description: 'What is probably not meant, although it counts' }),
  })
  .meta({ id: 'RulesChanged' });

export const explanationSchema = z
  .strictObject({
    status,
    agentId: z.string(),
    displayName: z.string(),
    matchedBy: z.enum([...KEY_KINDS, 'name']),
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
    known: flag('0 when Teams tells nothing usable: the ACD decides as it would without Teams'),
    agentStatus: z.string(),
    rules: z.enum([...PRESET_NAMES, 'own']),
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
    requestId: text("Microsoft's id of the request that was answered last for this person"),
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
