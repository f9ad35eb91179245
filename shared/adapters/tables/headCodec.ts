import * as z from 'zod';
import { UNKNOWN_EXPIRY } from '../../domain/signIn/expiry.ts';
import { type Head, NO_DIRECTORY_REPORT, NO_REPORT, newHead, SCHEMA, UNREADABLE } from '../../domain/snapshot/head.ts';
import { SchemaTooNewError } from '../../errors/errors.ts';
import { LAST_MOMENT } from '../../lib/clock.ts';
import { isCredible, isKey, LAST_REVISION } from './bounds.ts';
import { joinText, splitText } from './longText.ts';
import { decodeStatuses, encodeStatuses } from './shardStatusCodec.ts';

/** Fits no version: the agents are counted anew. */
const UNREADABLE_COUNT = -1;
const SHARDS = 'shards';
/** Enough for half a million people. */
const SHARD_PARTS = 3;

export function encodeHead(head: Head) {
  return {
    schema: head.schema,
    epoch: head.epoch,
    revision: head.revision,
    deltasSince: head.deltasSince,
    agents: head.agents.id,
    agentCount: head.agents.count,
    removalsSince: head.agents.removalsSince,
    rules: head.rules,
    ...splitText(SHARDS, encodeStatuses(head.shards), SHARD_PARTS),
    report: JSON.stringify(head.report),
    directory: JSON.stringify(head.directory),
  };
}

const upTo = (last: number) => z.number().refine(value => isCredible(value, last));
const moment = upTo(LAST_MOMENT);
const revisionNumber = upTo(LAST_REVISION);
/** Empty before the first one. */
const versionId = z.string().refine(id => id === '' || isKey(id));

const expiry = z
  .object({ at: moment, source: z.enum(['vault', 'certificate', 'directory', '']) })
  .catch(UNKNOWN_EXPIRY);

const report = z
  .object({
    attemptedAt: moment.catch(0),
    timerAt: moment.catch(0),
    succeededAt: moment.catch(0),
    signIn: z.string().default(''),
    failedShards: z.int().min(0).catch(0),
    requests: z.int().min(0).catch(0),
    secretExpiry: expiry,
    passwordExpiry: expiry,
    faults: z.array(z.object({ code: z.string(), message: z.string() })).default([]),
  })
  .catch({ ...NO_REPORT, faults: [] });

const directory = z
  .object({
    attemptedAt: moment.catch(0),
    succeededAt: moment.catch(0),
    source: z.string().default(''),
    // Zod's optional key is not the type's: it may be absent, the field is there and undefined.
    fault: z
      .object({ code: z.string(), message: z.string() })
      .optional()
      .transform(fault => fault ?? undefined),
  })
  .catch(NO_DIRECTORY_REPORT);

const entity = z.object({
  schema: z.number(),
  epoch: z.string(),
  revision: revisionNumber,
  deltasSince: revisionNumber,
  agents: versionId,
  agentCount: z.int().min(0),
  removalsSince: versionId.catch(''),
  rules: versionId,
  report: z.string().catch('{}'),
  directory: z.string().catch('{}'),
});

/**
 * What is left of a head that an older version wrote, or somebody altered: its agents and rules, and nothing published.
 * One column that cannot be read must not take the others with it.
 */
function replacementFor(row: Readonly<Record<string, unknown>>): Head {
  const { epoch, revision, agents, agentCount, removalsSince, rules } = entity.shape;
  const newer = revision.catch(0).parse(row['revision']) + 1;
  const version = {
    id: agents.catch(UNREADABLE).parse(row['agents']),
    count: agentCount.catch(UNREADABLE_COUNT).parse(row['agentCount']),
    removalsSince: removalsSince.parse(row['removalsSince']),
  };
  const head = newHead(`${epoch.catch('').parse(row['epoch'])}+`, version, rules.catch(UNREADABLE).parse(row['rules']));
  return { ...head, revision: newer, deltasSince: newer };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The report is for people: a damaged one is an empty one.
    return {};
  }
}

/**
 * Reads a head row; properties a later version added are passed over.
 * @throws SchemaTooNewError when a later version says that this one cannot read it
 */
export function decodeHead(row: Readonly<Record<string, unknown>>): Head {
  const { schema } = row;
  if (typeof schema === 'number' && schema > SCHEMA) {
    throw new SchemaTooNewError(
      `The tables were written by a newer version (schema ${schema}, this one reads ${SCHEMA}). Deploy that version again.`,
    );
  }
  const read = entity.safeParse(row);
  if (!read.success || read.data.schema < SCHEMA || read.data.deltasSince > read.data.revision)
    return replacementFor(row);
  const { agents, agentCount, removalsSince, report: reportText, directory: directoryText, ...rest } = read.data;
  return {
    ...rest,
    agents: { id: agents, count: agentCount, removalsSince },
    shards: decodeStatuses(joinText(SHARDS, row)),
    report: report.parse(parsed(reportText)),
    directory: directory.parse(parsed(directoryText)),
  };
}
