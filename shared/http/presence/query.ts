import type { HttpRequest } from '@azure/functions';
import type { CountryCode } from 'libphonenumber-js/min';
import * as z from 'zod';
import { AGENT_ID } from '../../domain/agents/agent.ts';
import { type KeyReadings, lookupKey } from '../../domain/agents/lookupKey.ts';
import { cursorSchema, type SentCursor } from '../../domain/snapshot/cursor.ts';
import { type KnownRevision, revisionSchema } from '../../domain/snapshot/revision.ts';
import { groupName } from '../../lib/readable.ts';
import { parameters } from '../query.ts';
import { RequestError } from '../response.ts';

export interface ListFilter {
  readonly group: string | undefined;
  readonly reachable: boolean;
  /** In the order asked for. */
  readonly agents: readonly string[] | undefined;
  /** Only what changed since the client asked last. */
  readonly changedSince: KnownRevision | undefined;
}

export type PresenceQuery =
  | { readonly key: KeyReadings }
  | { readonly filter: ListFilter }
  /** The next change after a place; undefined at the start. */
  | { readonly next: SentCursor | undefined };

/** `code` is the platform's: it may hold the function key and is not looked at. */
const KNOWN = new Set(['key', 'group', 'reachable', 'agents', 'changedsince', 'next', 'code']);
const FILTERS = ['group', 'reachable', 'agents', 'changedsince'];
const MAX_AGENTS = 1_000;

const filterSchema = z.object({
  group: groupName.optional(),
  reachable: z.enum(['0', '1']).default('0'),
  agents: z
    .string()
    .transform(text => text.split(',').map(id => id.trim()))
    .refine(ids => ids.length <= MAX_AGENTS && ids.every(id => AGENT_ID.test(id)))
    .optional(),
  changedsince: revisionSchema.optional(),
});

const FILTER_FAULTS: Readonly<Record<string, string>> = {
  group: 'group must be a name of 1 to 128 characters.',
  reachable: 'reachable must be 1 (only reachable agents) or 0 (all).',
  changedsince: 'changedSince must be a revision from an answer before.',
  agents: `agents must be up to ${MAX_AGENTS} agentIds, joined by commas.`,
};

function knownParameters(request: HttpRequest): Record<string, string> {
  const query = parameters(request);
  if (Object.keys(query).every(name => KNOWN.has(name))) return query;
  throw new RequestError(
    400,
    'unknown_parameter',
    'The query has an unknown parameter. Known are key, group, reachable, agents, changedSince and next.',
  );
}

/** True when one agent is asked for, by path or by query, also when the key is empty. */
export function asksForOne(request: HttpRequest): boolean {
  return request.params['key'] !== undefined || [...request.query.keys()].some(name => name.toLowerCase() === 'key');
}

/**
 * What the request asks for: one agent by key, or the list.
 * @param country whose national form a phone number may have
 * @throws RequestError 400
 */
export function presenceQuery(request: HttpRequest, country: CountryCode): PresenceQuery {
  const query = knownParameters(request);
  if ('next' in query) return { next: nextCursor(query, asksForOne(request)) };
  if (!asksForOne(request)) return { filter: listFilter(query) };
  // The platform decodes a path once, but for the slash.
  const inPath = request.params['key']?.replace(/%2f/gi, '/');
  const inQuery = query['key'];
  if (inPath !== undefined && inQuery !== undefined) {
    throw new RequestError(400, 'two_keys', 'The key stands in the path and in the query. Give it once.');
  }
  if (FILTERS.some(name => name in query)) {
    throw new RequestError(400, 'key_with_filter', 'A key asks for one agent; filters belong to the list.');
  }
  return { key: readKey(inPath ?? inQuery ?? '', country) };
}

/** What a key may mean. @throws RequestError 400 */
function readKey(text: string, country: CountryCode): KeyReadings {
  if (text.trim() === '') throw new RequestError(400, 'malformed_key', 'The key is empty: the caller sent no agent.');
  const key = lookupKey(text, country);
  if (key.length > 0) return key;
  throw new RequestError(
    400,
    'malformed_key',
    'The key is not an agentId, an object id, an e-mail address or a phone number. A prefix id:, mail: or tel: forces the kind.',
  );
}

function nextCursor(query: Readonly<Record<string, string>>, withKey: boolean): SentCursor | undefined {
  if (withKey || FILTERS.some(name => name in query)) {
    throw new RequestError(400, 'next_with_filter', 'next goes through all agents: leave key and filters away.');
  }
  const cursor = cursorSchema.safeParse(query['next']);
  if (cursor.success) return cursor.data;
  throw new RequestError(400, 'malformed_cursor', 'next must be empty, or the cursor of the answer before.');
}

/** The cursor as it was sent; undefined when the request is not about the next change. */
export function sentCursor(request: HttpRequest): string | undefined {
  return parameters(request)['next'];
}

function listFilter(query: Readonly<Record<string, string>>): ListFilter {
  const parsed = filterSchema.safeParse(query);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0]);
    throw new RequestError(400, 'malformed_filter', FILTER_FAULTS[name] ?? 'The filter cannot be read.');
  }
  const { group, reachable, agents, changedsince } = parsed.data;
  return { group, reachable: reachable === '1', agents, changedSince: changedsince };
}
