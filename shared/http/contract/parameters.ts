import * as z from 'zod';
import { AGENT_ID } from '../../domain/agents/agent.ts';
import { GROUP_NAME_LENGTH, groupName } from '../../domain/agents/groupName.ts';
import { cursorSchema } from '../../domain/snapshot/cursor.ts';
import { revisionSchema } from '../../domain/snapshot/revision.ts';

/** A parameter of a query: how it is read, and what the contract says of it. */
export interface QueryParameter<T = unknown> {
  /** As the contract spells it; it is taken in any case, as the platform takes it. */
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodType<T>;
  /** What may stand in it, in words. */
  readonly takes: string;
  readonly isFlag: boolean;
  readonly isRequired: boolean;
}

const MAX_LISTED_AGENTS = 1_000;
const MAX_EXPLAINED_KEY = 256;

function flag(name: string, description: string): QueryParameter<boolean> {
  const schema = z
    .enum(['0', '1'])
    .default('0')
    .transform(text => text === '1');
  return { name, description, schema, takes: '0 or 1', isFlag: true, isRequired: false };
}

function text<T>(name: string, description: string, takes: string, schema: z.ZodType<T>): QueryParameter<T> {
  return { name, description, schema, takes, isFlag: false, isRequired: false };
}

const group = (description: string) =>
  text('group', description, `a name of 1 to ${GROUP_NAME_LENGTH} characters`, groupName.optional());

export const KEY = 'agentId, object id, e-mail, alias or phone number; id:, mail: or tel: in front forces the kind';

/** What the presence list and the answer for one agent may be asked with. */
export const PRESENCE_PARAMETERS = {
  // What a key may be, its reader says: it may stand in the path as well.
  key: text('key', KEY, 'a key', z.string().optional()),
  group: group('Only agents of this group'),
  reachable: flag('reachable', '1 only reachable agents'),
  agents: text(
    'agents',
    'Only these agentIds, joined by commas, in this order',
    `up to ${MAX_LISTED_AGENTS} agentIds, joined by commas`,
    z
      .string()
      .transform(list => list.split(',').map(id => id.trim()))
      .refine(ids => ids.length <= MAX_LISTED_AGENTS && ids.every(id => AGENT_ID.test(id)))
      .optional(),
  ),
  changedSince: text(
    'changedSince',
    'Only what changed since the revision of an answer before',
    'a revision from an answer before',
    revisionSchema.optional(),
  ),
  next: text(
    'next',
    'The cursor of the answer before; empty to start',
    'empty, or the cursor of the answer before',
    cursorSchema,
  ),
};

const dryRun = flag('dryRun', '1 only reports what the change would do');
const replaceAll = flag('replaceAll', '1 when it is meant to remove more than half of the agents');

export const AGENTS_PARAMETERS = { group: group('Only the agents of this group') };
export const AGENTS_CHANGE_PARAMETERS = { group: group('Replace only the agents of this group'), replaceAll, dryRun };

export const RULES_CHANGE_PARAMETERS = {
  dryRun,
  allowUnknownValues: flag('allowUnknownValues', '1 takes values that Microsoft does not list'),
  allowCalls: flag('allowCalls', '1 takes rules that offer calls to people in a call'),
};

export const EXPLAIN_PARAMETERS = {
  key: {
    ...text('key', KEY, `a key of up to ${MAX_EXPLAINED_KEY} characters`, z.string().max(MAX_EXPLAINED_KEY)),
    isRequired: true,
  },
};
