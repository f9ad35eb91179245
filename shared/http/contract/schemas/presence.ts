import * as z from 'zod';
import { KEY_KINDS } from '../../../domain/agents/agent.ts';
import { count, flag, seconds, status, text, time } from './fields.ts';

const matchedBy = z.enum([...KEY_KINDS, '']).meta({ description: 'Which kind of key found the agent' });

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

const recordSchema = z.strictObject({ ...who, ...presence, stale }).meta({ id: 'PresenceRecord' });
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
