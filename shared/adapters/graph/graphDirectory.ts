import pMap from 'p-map';
import {
  GraphForbiddenError,
  GraphNotFoundError,
  GraphThrottledError,
  GraphUnavailableError,
} from '../../errors/errors.ts';
import { chunk } from '../../lib/chunk.ts';
import type { Clock, Sleep } from '../../lib/clock.ts';
import { retryAfter } from '../../lib/retryAfter.ts';
import type { Directory, DirectoryField, DirectoryUser } from '../../ports/directory.ts';
import { directoryUsers, USER_SELECT, withoutGuests } from './directoryUser.ts';
import { type GraphAnswer, graphError } from './graphClient.ts';
import type { Graph, GraphQuestions } from './graphQuestions.ts';

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

/** Names of headers have no case. */
function retryAfterOf(item: BatchItem | undefined): unknown {
  return Object.entries(item?.headers ?? {}).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
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

function askedWait(error: unknown): number | undefined {
  return error instanceof GraphThrottledError ? error.retryAfterMs : undefined;
}

interface DirectoryDeps {
  readonly ask: GraphQuestions;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly concurrency: number;
}

/** Look-ups of one question: with one token, until one signal. */
function lookups(unbound: Graph, signal: AbortSignal | undefined, { clock, sleep, concurrency }: DirectoryDeps) {
  const graph: Graph = request => unbound({ ...request, signal });
  const patiently = <T>(work: () => Promise<T>): Promise<T> =>
    retryAfter({ attempts: ATTEMPTS, longestWaitMs: LONGEST_WAIT_MS, waitMs: askedWait, sleep, signal }, work);

  /** The pages that follow a first one. */
  async function* pages(
    first: GraphAnswer,
    limit: number,
    headers: Readonly<Record<string, string>> = {},
  ): AsyncGenerator<GraphAnswer> {
    let answer = first;
    yield answer;
    for (let count = 1; typeof answer.body['@odata.nextLink'] === 'string'; count += 1) {
      if (count === limit) {
        throw new GraphUnavailableError(`Microsoft Graph's list of people does not end (request ${answer.requestId}).`);
      }
      const path = answer.body['@odata.nextLink'];
      answer = await patiently(() => graph({ method: 'GET', path, headers }));
      yield answer;
    }
  }

  async function batch(urls: readonly string[]): Promise<DirectoryUser[]> {
    const requests = urls.map((url, index) => ({ id: String(index), method: 'GET', url }));
    const answer = await graph({ method: 'POST', path: '/v1.0/$batch', body: { requests } });
    const responses = itemsOf(answer, 'responses') as BatchItem[];
    const answered = new Map(responses.map(item => [String(item?.id), item]));
    const users: DirectoryUser[] = [];
    for (const { id } of requests) {
      const item = answered.get(id);
      const status = typeof item?.status === 'number' ? item.status : 504;
      const wait = retryAfterOf(item);
      const fault = graphError(status, item?.body, wait, clock(), answer.requestId);
      if (fault !== undefined) throw fault;
      const first = { body: item?.body as Record<string, unknown>, requestId: answer.requestId };
      for await (const page of pages(first, PAGES_PER_FILTER)) users.push(...directoryUsers(itemsOf(page, 'value')));
    }
    return users;
  }

  /** A complete list, held against the number of people that Graph says it has. */
  async function list(collection: string): Promise<DirectoryUser[]> {
    const path = `/v1.0/${collection}?$select=${USER_SELECT}&$top=${PAGE_SIZE}&$count=true`;
    // Counting, and people within groups, are advanced queries (learn.microsoft.com/graph/aad-advanced-queries).
    const headers = { ConsistencyLevel: 'eventual' };
    const first = await patiently(() => graph({ method: 'GET', path, headers }));
    const items: unknown[] = [];
    for await (const page of pages(first, PAGES_PER_LIST, headers)) items.push(...itemsOf(page, 'value'));
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
    list,

    async findUsers(field: DirectoryField, values: readonly string[]): Promise<DirectoryUser[]> {
      const urls = chunk([...new Set(values)], VALUES_PER_FILTER).map(part => usersUrl(field, part));
      const found = await pMap(chunk(urls, REQUESTS_PER_BATCH), part => patiently(() => batch(part)), { concurrency });
      return found.flat();
    },

    async listGroupMembers(groupIds: readonly string[]): Promise<DirectoryUser[]> {
      const membersOf = async (id: string) => {
        try {
          return await list(`groups/${encodeURIComponent(id)}/transitiveMembers/microsoft.graph.user`);
        } catch (error) {
          throw groupError(error, id);
        }
      };
      const groups = await pMap(groupIds, membersOf, { concurrency });
      return [...new Map(groups.flat().map(user => [user.id, user])).values()];
    },
  };
}

/** User look-ups through Graph with as few requests as it allows: 15 values a filter, 20 filters a batch. */
export function graphDirectory(deps: DirectoryDeps): Directory {
  return {
    findUsers: (field, values, signal) => deps.ask(graph => lookups(graph, signal, deps).findUsers(field, values)),
    listUsers: signal => deps.ask(graph => lookups(graph, signal, deps).list('users')),
    listGroupMembers: (groupIds, signal) => deps.ask(graph => lookups(graph, signal, deps).listGroupMembers(groupIds)),
  };
}
