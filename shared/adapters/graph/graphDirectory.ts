import pMap from 'p-map';
import {
  GraphForbiddenError,
  GraphNotFoundError,
  GraphThrottledError,
  GraphUnavailableError,
} from '../../errors/errors.ts';
import { chunk } from '../../lib/chunk.ts';
import type { Clock, Sleep } from '../../lib/clock.ts';
import type { Directory, DirectoryField, DirectoryUser } from '../../ports/directory.ts';
import type { AccessToken } from '../../ports/tokenProvider.ts';
import { directoryUsers, USER_SELECT, withoutGuests } from './directoryUser.ts';
import { type GraphAnswer, type GraphClient, graphError } from './graphClient.ts';

/** Values one filter takes (learn.microsoft.com/graph/filter-query-parameter). */
const VALUES_PER_FILTER = 15;
/** Requests one $batch takes (learn.microsoft.com/graph/json-batching). */
const REQUESTS_PER_BATCH = 20;
/** The largest page of people (learn.microsoft.com/graph/api/user-list). */
const PAGE_SIZE = 999;
/** Some 15 people and their namesakes fill one page; an answer that never ends is no answer. */
const PAGES_PER_FILTER = 10;
/** A million people; the same for a list of the whole tenant. */
const PAGES_PER_LIST = 1_000;
/** People who come and go while a list is read: Graph's count and the list may differ by so much, or by 1 %. */
const COUNT_TOLERANCE = 5;

interface BatchItem {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly body?: unknown;
}

/** A value as an OData string literal, encoded for a query: the one place where values enter a filter. */
function literal(value: string): string {
  return encodeURIComponent(`'${value.replaceAll("'", "''")}'`);
}

function filterOf(field: DirectoryField, values: readonly string[]): string {
  if (field !== 'alias') return `${field}%20in%20(${values.map(literal).join(',')})`;
  return values.map(value => `proxyAddresses/any(p:p%20eq%20${literal(`smtp:${value}`)})`).join('%20or%20');
}

function usersUrl(field: DirectoryField, values: readonly string[]): string {
  return `/users?$select=${USER_SELECT}&$top=${PAGE_SIZE}&$filter=${filterOf(field, values)}`;
}

function itemsOf({ body, requestId }: GraphAnswer, name: string): unknown[] {
  const items = body[name];
  if (Array.isArray(items)) return items;
  throw new GraphUnavailableError(`Microsoft Graph answered without "${name}" (request ${requestId}).`);
}

/** What is wrong with reading a group, for the administrator who set AGENT_SOURCE. */
function groupError(error: unknown, id: string): unknown {
  if (error instanceof GraphNotFoundError) {
    return new GraphNotFoundError(`There is no group ${id} in the tenant. Correct AGENT_SOURCE.`, { cause: error });
  }
  if (!(error instanceof GraphForbiddenError)) return error;
  return new GraphForbiddenError(
    'Microsoft Graph does not let the groups of AGENT_SOURCE be read (403): give the app registration the application permission GroupMember.Read.All, with admin consent.',
    { cause: error },
  );
}

/** A wait that Graph asks for is worth it up to this long: somebody is waiting for the answer. */
const LONGEST_WAIT_MS = 15_000;
const ATTEMPTS = 4;

export interface DirectoryDeps {
  readonly graph: GraphClient;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly concurrency: number;
}

/** User look-ups through Graph with as few requests as it allows: 15 values a filter, 20 filters a batch. */
export function graphDirectory({ graph, clock, sleep, concurrency }: DirectoryDeps): Directory {
  async function patiently<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const wait = error instanceof GraphThrottledError ? error.retryAfterMs : Number.POSITIVE_INFINITY;
        if (attempt === ATTEMPTS || wait > LONGEST_WAIT_MS || signal?.aborted) throw error;
        await sleep(wait, signal).catch(() => {
          throw error;
        });
      }
    }
  }

  /** The pages that follow a first one. */
  async function* pages(
    first: GraphAnswer,
    limit: number,
    headers: Readonly<Record<string, string>>,
    token: AccessToken,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<GraphAnswer> {
    let answer = first;
    yield answer;
    for (let count = 1; typeof answer.body['@odata.nextLink'] === 'string'; count += 1) {
      if (count === limit) {
        throw new GraphUnavailableError(`Microsoft Graph's list of people does not end (request ${answer.requestId}).`);
      }
      const path = answer.body['@odata.nextLink'];
      answer = await patiently(() => graph({ method: 'GET', path, token, signal, headers }), signal);
      yield answer;
    }
  }

  async function batch(urls: readonly string[], token: AccessToken, signal: AbortSignal | undefined) {
    const requests = urls.map((url, index) => ({ id: String(index), method: 'GET', url }));
    const answer = await graph({ method: 'POST', path: '/v1.0/$batch', body: { requests }, token, signal });
    const responses = itemsOf(answer, 'responses') as BatchItem[];
    const answered = new Map(responses.map(item => [String(item?.id), item]));
    const users: DirectoryUser[] = [];
    for (const { id } of requests) {
      const item = answered.get(id);
      const status = typeof item?.status === 'number' ? item.status : 504;
      const retryAfter = item?.headers?.['Retry-After'] ?? item?.headers?.['retry-after'];
      const fault = graphError(status, item?.body, retryAfter, clock(), answer.requestId);
      if (fault !== undefined) throw fault;
      const first = { body: item?.body as Record<string, unknown>, requestId: answer.requestId };
      for await (const page of pages(first, PAGES_PER_FILTER, {}, token, signal)) {
        users.push(...directoryUsers(itemsOf(page, 'value')));
      }
    }
    return users;
  }

  /** A complete list, held against the number of people that Graph says it has. */
  async function list(collection: string, token: AccessToken, signal: AbortSignal | undefined) {
    const path = `/v1.0/${collection}?$select=${USER_SELECT}&$top=${PAGE_SIZE}&$count=true`;
    // Counting, and people within groups, are advanced queries (learn.microsoft.com/graph/aad-advanced-queries).
    const headers = { ConsistencyLevel: 'eventual' };
    const first = await patiently(() => graph({ method: 'GET', path, token, signal, headers }), signal);
    const items: unknown[] = [];
    for await (const page of pages(first, PAGES_PER_LIST, headers, token, signal))
      items.push(...itemsOf(page, 'value'));
    const promised = first.body['@odata.count'];
    const tolerance = Math.max(COUNT_TOLERANCE, items.length / 100);
    if (typeof promised === 'number' && promised - items.length > tolerance) {
      throw new GraphUnavailableError(
        `Microsoft Graph sent ${items.length} of ${promised} people (request ${first.requestId}).`,
      );
    }
    return withoutGuests(directoryUsers(items));
  }

  return {
    async find(field, values, token, signal) {
      const urls = chunk([...new Set(values)], VALUES_PER_FILTER).map(part => usersUrl(field, part));
      const batches = chunk(urls, REQUESTS_PER_BATCH);
      const found = await pMap(batches, part => patiently(() => batch(part, token, signal), signal), { concurrency });
      return found.flat();
    },

    everybody: (token, signal) => list('users', token, signal),

    async members(groupIds, token, signal) {
      const membersOf = async (id: string) => {
        try {
          return await list(`groups/${encodeURIComponent(id)}/transitiveMembers/microsoft.graph.user`, token, signal);
        } catch (error) {
          throw groupError(error, id);
        }
      };
      const groups = await pMap(groupIds, membersOf, { concurrency });
      return [...new Map(groups.flat().map(user => [user.id, user])).values()];
    },
  };
}
