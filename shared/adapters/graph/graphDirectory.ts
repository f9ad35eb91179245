import type { User } from '@microsoft/microsoft-graph-types';
import { boundedMap } from '../../domain/boundedMap.ts';
import { chunks } from '../../domain/chunks.ts';
import { GUID } from '../../domain/guid.ts';
import { GraphThrottledError, GraphUnavailableError } from '../../errors.ts';
import type { Directory, DirectoryUser } from '../../ports/directory.ts';
import type { Clock, Sleep } from '../../ports/time.ts';
import type { AccessToken } from '../../ports/tokenProvider.ts';
import { type GraphAnswer, type GraphClient, graphError } from './graphClient.ts';
import { type Loose, textOf } from './loose.ts';

/** Values one `in` filter takes (learn.microsoft.com/graph/filter-query-parameter). */
const VALUES_PER_FILTER = 15;
/** Requests one $batch takes (learn.microsoft.com/graph/json-batching). */
const REQUESTS_PER_BATCH = 20;
/** The longest name Microsoft keeps. */
const LONGEST_NAME = 256;
/** Some 15 people and their namesakes fill one page; an answer that never ends is no answer. */
const PAGES_AT_MOST = 10;
const SELECT = 'id,userPrincipalName,mail,displayName,accountEnabled';

interface BatchItem {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly body?: unknown;
}

function parseUser(item: Loose<User>): DirectoryUser {
  return {
    id: textOf(item.id).toLowerCase(),
    userPrincipalName: textOf(item.userPrincipalName),
    mail: textOf(item.mail),
    displayName: textOf(item.displayName).slice(0, LONGEST_NAME),
    // Only a plain "false" is a disabled account; the property may be left out.
    accountEnabled: item.accountEnabled !== false,
  };
}

/** A value as an OData string literal, encoded for a query: the one place where values enter a filter. */
function literal(value: string): string {
  return encodeURIComponent(`'${value.replaceAll("'", "''")}'`);
}

function usersUrl(field: string, values: readonly string[]): string {
  return `/users?$select=${SELECT}&$top=999&$filter=${field}%20in%20(${values.map(literal).join(',')})`;
}

function itemsOf({ body, requestId }: GraphAnswer, name: string): unknown[] {
  const items = body[name];
  if (Array.isArray(items)) return items;
  throw new GraphUnavailableError(`Microsoft Graph answered without "${name}" (request ${requestId}).`);
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
  async function* pages(first: GraphAnswer, token: AccessToken): AsyncGenerator<GraphAnswer> {
    let answer = first;
    yield answer;
    for (let count = 1; typeof answer.body['@odata.nextLink'] === 'string'; count += 1) {
      if (count === PAGES_AT_MOST) {
        throw new GraphUnavailableError(`Microsoft Graph's list of people does not end (request ${answer.requestId}).`);
      }
      answer = await graph({ method: 'GET', path: answer.body['@odata.nextLink'], token });
      yield answer;
    }
  }

  async function batch(urls: readonly string[], token: AccessToken): Promise<DirectoryUser[]> {
    const requests = urls.map((url, index) => ({ id: String(index), method: 'GET', url }));
    const answer = await graph({ method: 'POST', path: '/v1.0/$batch', body: { requests }, token });
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
      for await (const page of pages(first, token)) {
        users.push(
          ...(itemsOf(page, 'value') as Loose<User>[]).filter(user => GUID.test(textOf(user?.id))).map(parseUser),
        );
      }
    }
    return users;
  }

  async function patiently(urls: readonly string[], token: AccessToken): Promise<DirectoryUser[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await batch(urls, token);
      } catch (error) {
        const wait = error instanceof GraphThrottledError ? error.retryAfterMs : Number.POSITIVE_INFINITY;
        if (attempt === ATTEMPTS || wait > LONGEST_WAIT_MS) throw error;
        await sleep(wait);
      }
    }
  }

  return {
    async find(field, values, token) {
      const urls = chunks([...new Set(values)], VALUES_PER_FILTER).map(part => usersUrl(field, part));
      const batches = chunks(urls, REQUESTS_PER_BATCH);
      return (await boundedMap(batches, concurrency, part => patiently(part, token))).flat();
    },
  };
}
