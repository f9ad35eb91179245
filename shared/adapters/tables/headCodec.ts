import * as z from 'zod';
import { UNKNOWN_EXPIRY } from '../../domain/signIn/expiry.ts';
import {
  type Head,
  NO_DIRECTORY_REPORT,
  NO_REPORT,
  newHead,
  SCHEMA,
  type ShardStatus,
} from '../../domain/snapshot/head.ts';
import { SchemaTooNewError } from '../../errors/errors.ts';

const BASE = 36;
/** Before the id of a request, which keys of documents may precede. */
const REQUEST_MARK = '@';
const SIGN_INS = ['delegated', 'app-only', ''] as const;
const NUMBERS = ['revision', 'checkedAt', 'attemptedAt', 'notBefore'] as const;

/** Shard statuses as short text: hundreds of them must fit into one property of the head row. */
export function encodeStatuses(statuses: readonly ShardStatus[]): string {
  return statuses
    .map(status => {
      const numbers = NUMBERS.map(name => status[name].toString(BASE));
      const request = status.requestId === '' ? [] : [`${REQUEST_MARK}${status.requestId}`];
      return [...numbers, status.signIn.slice(0, 1), status.document, ...status.previous, ...request].join(',');
    })
    .join(';');
}

export function decodeStatuses(text: string): ShardStatus[] {
  if (text === '') return [];
  return text.split(';').map(status => {
    const [revisionText = '', checked = '', attempted = '', before = '', letter = '', document = '', ...rest] =
      status.split(',');
    const isRequest = (part: string) => part.startsWith(REQUEST_MARK);
    const number = (value: string) => Number.parseInt(value, BASE) || 0;
    return {
      document,
      previous: rest.filter(part => !isRequest(part)),
      requestId: rest.find(isRequest)?.slice(REQUEST_MARK.length) ?? '',
      revision: number(revisionText),
      checkedAt: number(checked),
      attemptedAt: number(attempted),
      notBefore: number(before),
      signIn: SIGN_INS.find(name => name !== '' && name.startsWith(letter || '?')) ?? '',
    };
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
    shards: encodeStatuses(head.shards),
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
    timerAt: z.number().default(0),
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
  shards: z.string().default(''),
  report: z.string().default('{}'),
  directory: z.string().default('{}'),
});

/** What is left of a head that an older version wrote, or somebody altered: its agents and rules, and nothing published. */
function replacementFor(row: unknown): Head {
  const left = entity.partial().catch({}).parse(row);
  const revision = (left.revision ?? 0) + 1;
  const head = newHead(`${left.epoch ?? ''}+`, { id: left.agents ?? '', count: left.agentCount ?? 0 }, left.rules);
  return { ...head, revision, deltasSince: revision };
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
export function decodeHead(row: unknown): Head {
  const read = entity.safeParse(row);
  if (!read.success || read.data.schema < SCHEMA) return replacementFor(row);
  const { agents, agentCount, shards, report: reportText, directory: directoryText, ...rest } = read.data;
  if (rest.schema > SCHEMA) {
    throw new SchemaTooNewError(
      `The tables were written by a newer version (schema ${rest.schema}, this one reads ${SCHEMA}). Deploy that version again.`,
    );
  }
  return {
    ...rest,
    agents: { id: agents, count: agentCount },
    shards: decodeStatuses(shards),
    report: report.parse(parsed(reportText)),
    directory: directory.parse(parsed(directoryText)),
  };
}
