import type { HttpRequest } from '@azure/functions';
import type { CountryCode } from 'libphonenumber-js/min';
import { type KeyReadings, lookupKey } from '../../domain/agents/lookupKey.ts';
import type { SentCursor } from '../../domain/snapshot/cursor.ts';
import type { KnownRevision } from '../../domain/snapshot/revision.ts';
import { PRESENCE_PARAMETERS, type QueryParameter } from '../contract/parameters.ts';
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

const { key: KEY, next: NEXT, ...FILTERS } = PRESENCE_PARAMETERS;
const NAMES = Object.values(PRESENCE_PARAMETERS).map(({ name }) => name);
/** `code` is the platform's: it may hold the function key and is not looked at. */
const KNOWN = new Set([...NAMES, 'code'].map(name => name.toLowerCase()));

type Query = Readonly<Record<string, string>>;

const hasFilter = (query: Query) => Object.values(FILTERS).some(({ name }) => name.toLowerCase() in query);

function knownParameters(request: HttpRequest): Query {
  const query = parameters(request);
  if (Object.keys(query).every(name => KNOWN.has(name))) return query;
  throw new RequestError(
    400,
    'unknown_parameter',
    `The query has an unknown parameter. Known are ${NAMES.slice(0, -1).join(', ')} and ${NAMES.at(-1)}.`,
  );
}

/** True when one agent is asked for, by path or by query, also when the key is empty. */
export function asksForOne(request: HttpRequest): boolean {
  return request.params['key'] !== undefined || [...request.query.keys()].some(name => name.toLowerCase() === KEY.name);
}

/**
 * What the request asks for: one agent by key, or the list.
 * @param country whose national form a phone number may have
 * @throws RequestError 400
 */
export function presenceQuery(request: HttpRequest, country: CountryCode): PresenceQuery {
  const query = knownParameters(request);
  if (NEXT.name in query) return { next: nextCursor(query, asksForOne(request)) };
  if (!asksForOne(request)) return { filter: listFilter(query) };
  // The platform decodes a path once, but for the slash.
  const inPath = request.params['key']?.replace(/%2f/gi, '/');
  const inQuery = query[KEY.name];
  if (inPath !== undefined && inQuery !== undefined) {
    throw new RequestError(400, 'two_keys', 'The key stands in the path and in the query. Give it once.');
  }
  if (hasFilter(query)) {
    throw new RequestError(400, 'key_with_filter', 'A key asks for one agent; filters belong to the list.');
  }
  return { key: readKey(inPath ?? inQuery ?? '', country) };
}

/** What a key may mean. @throws RequestError 400 */
function readKey(text: string, country: CountryCode): KeyReadings {
  if (text.trim() === '') throw new RequestError(400, 'malformed_key', 'The key is empty: the caller sent no agent.');
  const readings = lookupKey(text, country);
  if (readings.length > 0) return readings;
  throw new RequestError(
    400,
    'malformed_key',
    'The key is not an agentId, an object id, an e-mail address or a phone number. A prefix id:, mail: or tel: forces the kind.',
  );
}

function nextCursor(query: Query, withKey: boolean): SentCursor | undefined {
  if (withKey || hasFilter(query)) {
    throw new RequestError(400, 'next_with_filter', 'next goes through all agents: leave key and filters away.');
  }
  const cursor = NEXT.schema.safeParse(query[NEXT.name]);
  if (cursor.success) return cursor.data;
  throw new RequestError(400, 'malformed_cursor', `${NEXT.name} must be ${NEXT.takes}.`);
}

/** The cursor as it was sent; undefined when the request is not about the next change. */
export function sentCursor(request: HttpRequest): string | undefined {
  return parameters(request)[NEXT.name];
}

/** What a filter says, when it may say it. @throws RequestError 400 */
function filterValue<T>({ name, schema, takes }: QueryParameter<T>, query: Query): T {
  const read = schema.safeParse(query[name.toLowerCase()]);
  if (read.success) return read.data;
  throw new RequestError(400, 'malformed_filter', `${name} must be ${takes}.`);
}

function listFilter(query: Query): ListFilter {
  return {
    group: filterValue(FILTERS.group, query),
    reachable: filterValue(FILTERS.reachable, query),
    agents: filterValue(FILTERS.agents, query),
    changedSince: filterValue(FILTERS.changedSince, query),
  };
}
