import * as z from 'zod';
import { UNKNOWN_EXPIRY } from '../../domain/signIn/expiry.ts';
import { type Head, NO_DIRECTORY_REPORT, NO_REPORT, SCHEMA, type ShardStatus } from '../../domain/snapshot/head.ts';
import { SchemaTooNewError } from '../../errors/errors.ts';

const BASE = 36;
const SIGN_INS = ['delegated', 'app-only', ''] as const;
const FIELDS = ['revision', 'checkedAt', 'attemptedAt', 'notBefore'] as const;

/** Shard stamps as short text: hundreds of them must fit into one property of the head row. */
export function encodeStamps(stamps: readonly ShardStatus[]): string {
  return stamps
    .map(stamp => [...FIELDS.map(field => stamp[field].toString(BASE)), stamp.signIn.slice(0, 1)].join(','))
    .join(';');
}

export function decodeStamps(text: string): ShardStatus[] {
  if (text === '') return [];
  return text.split(';').map(stamp => {
    const parts = stamp.split(',');
    const [revision = 0, checkedAt = 0, attemptedAt = 0, notBefore = 0] = parts
      .slice(0, FIELDS.length)
      .map(value => Number.parseInt(value, BASE));
    const signIn = SIGN_INS.find(name => name !== '' && name.startsWith(parts[FIELDS.length] || '?')) ?? '';
    return { revision, checkedAt, attemptedAt, notBefore, signIn };
  });
}

export function encodeHead(head: Head) {
  return {
    schema: head.schema,
    epoch: head.epoch,
    revision: head.revision,
    deltasSince: head.deltasSince,
    agents: head.agents.id,
    agentCount: head.agents.count,
    rules: head.rules,
    writing: head.writing,
    shards: encodeStamps(head.shards),
    report: JSON.stringify(head.report),
    directory: JSON.stringify(head.directory),
  };
}

const expiry = z
  .object({ at: z.number(), source: z.enum(['vault', 'certificate', 'directory', '']) })
  .catch(UNKNOWN_EXPIRY);

const report = z
  .object({
    attemptedAt: z.number().default(0),
    succeededAt: z.number().default(0),
    signIn: z.string().default(''),
    failedShards: z.number().default(0),
    secretExpiry: expiry,
    passwordExpiry: expiry,
    faults: z.array(z.object({ code: z.string(), message: z.string() })).default([]),
  })
  .catch({ ...NO_REPORT, faults: [] });

const directory = z
  .object({
    attemptedAt: z.number().default(0),
    succeededAt: z.number().default(0),
    source: z.string().default(''),
    fault: z
      .object({ code: z.string(), message: z.string() })
      .optional()
      .transform(fault => fault ?? undefined),
  })
  .catch(NO_DIRECTORY_REPORT);

const entity = z.object({
  schema: z.number(),
  epoch: z.string(),
  revision: z.number(),
  deltasSince: z.number().default(0),
  agents: z.string().default(''),
  agentCount: z.number().default(0),
  rules: z.string().default(''),
  writing: z.string().default(''),
  shards: z.string().default(''),
  report: z.string().default('{}'),
  directory: z.string().default('{}'),
});

/**
 * Reads a head row; properties a later version added are passed over.
 * @throws SchemaTooNewError when a later version says that this one cannot read it
 */
export function decodeHead(row: unknown): Head {
  const { agents, agentCount, shards, report: reportText, directory: directoryText, ...rest } = entity.parse(row);
  if (rest.schema > SCHEMA) {
    throw new SchemaTooNewError(
      `The tables were written by a newer version (schema ${rest.schema}, this one reads ${SCHEMA}). Deploy that version again.`,
    );
  }
  return {
    ...rest,
    agents: { id: agents, count: agentCount },
    shards: decodeStamps(shards),
    report: report.parse(JSON.parse(reportText)),
    directory: directory.parse(JSON.parse(directoryText)),
  };
}
