import { setTimeout } from 'node:timers/promises';
import { TableClient, TableServiceClient } from '@azure/data-tables';
import { afterAll, expect, TestRunner, vi } from 'vitest';
import { firePoll, type Stack, type StackOptions, startStack } from '../../local/stack.ts';

import { contractFault } from './contract.ts';

/** A pull may use a head that another one read half a second ago. */
export const HEAD_REUSE_MS = 510;
/** The tables of a poll that fails are waited for. */
const LONGEST_POLL_MS = 30_000;

/**
 * How many lines say how a run of the timer went: one, or one for each fault. Whoever asks polls as well, and says so
 * under the name of the route.
 */
export const pollLines = (log: string) => log.match(/pollPresence: poll\.(succeeded|failed)/g)?.length ?? 0;

export type Json = Record<string, unknown>;

export interface Answer {
  /** The request, as it was sent. */
  readonly asked: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

/** Every row of every table, as text. */
async function tableRows(connection: string): Promise<string[]> {
  const rows: string[] = [];
  const service = TableServiceClient.fromConnectionString(connection, { allowInsecureConnection: true });
  try {
    for await (const { name } of service.listTables()) {
      const client = TableClient.fromConnectionString(connection, name ?? '', { allowInsecureConnection: true });
      for await (const row of client.listEntities()) rows.push(JSON.stringify(row));
    }
  } catch (error) {
    // A test may have taken the storage away.
    rows.push(String(error));
  }
  return rows;
}

/** What keeps an answer from being stored on the way or taken for something else. */
const PROTECTING = ['cache-control', 'x-content-type-options'];
/** The platform answers itself who has no key, what no function serves, and with nothing what is no address. */
const isOfProduct = (path: string, status: number, type: string) =>
  path.startsWith('/api/') && ![401, 404, 405].includes(status) && (status === 304 || type !== '');

/** A secret as it may stand in an address, a form or a text of JSON. */
const writings = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams([['', secret]]).toString().slice(1),
  JSON.stringify(secret).slice(1, -1),
];

/** The whole product in its processes, with the timers fired by hand, until the file's tests are over. */
export async function stack(options: Partial<StackOptions> = {}) {
  // What is looked at in the end would not be, and the processes would stay.
  if (TestRunner.getCurrentTest() !== undefined) throw new Error('Start the stack beside the tests, not in one.');
  const logged: string[] = [];
  const started: Stack = await startStack({
    verbose: true,
    output: text => void logged.push(text),
    people: 12,
    seed: 1,
    speed: 0,
    port: 0,
    address: '127.0.0.1',
    timers: false,
    ...options,
  });
  const { host, storage, tenant } = started;
  const answers: string[] = [];
  const undocumented: string[] = [];

  // Whatever the tests of a file did: every answer was as documented; it showed no secret and no token anywhere, and never wrote to Teams.
  afterAll(async () => {
    const seen = [...logged, ...answers, ...(await tableRows(storage.connectionString))].join('\n');
    await started.close();
    const { acd, management, master, host: hostKeys } = host.keys;
    const accountKey = /AccountKey=([^;]+)/.exec(storage.connectionString)?.[1] ?? '';
    const confidential = [...tenant.state.confidential, acd, management, master, ...hostKeys, accountKey];
    const leaked = confidential.filter(value => value.length > 5 && writings(value).some(text => seen.includes(text)));
    expect(leaked).toEqual([]);
    expect(undocumented).toEqual([]);
    expect(tenant.state.counted('graph.write')).toBe(0);
  });

  async function ask(path: string, key: string = host.keys.acd, init: RequestInit = {}): Promise<Answer> {
    const headers = { 'x-functions-key': key, ...(init.headers as Record<string, string>) };
    const answer = await fetch(`${host.url}${path}`, { ...init, headers });
    const text = await answer.text();
    answers.push(JSON.stringify([...answer.headers]), text);
    const type = answer.headers.get('content-type') ?? '';
    if (isOfProduct(path, answer.status, type) && !PROTECTING.every(name => answer.headers.has(name)))
      undocumented.push(`${path}: ${answer.status} without ${PROTECTING.join(' or ')}`);
    const fault = contractFault(init.method ?? 'GET', path, answer.status, type, text);
    if (fault !== undefined) undocumented.push(fault);
    const json = text.startsWith('{') ? (JSON.parse(text) as Json) : {};
    const asked = [init.method ?? 'GET', path, init.body ?? ''].map(String).join(' ');
    return { asked, status: answer.status, headers: answer.headers, text, json };
  }

  const manage = (path: string, init?: RequestInit) => ask(path, host.keys.management, init);
  const list = (query = '') => ask(`/api/v1/presence${query}`);
  const one = (key: string) => ask(`/api/v1/presence?key=${encodeURIComponent(key)}`);
  const health = () => manage('/api/v1/health');

  const upload = (body: string | Uint8Array<ArrayBuffer>, contentType = 'text/csv', query = '') =>
    manage(`/api/v1/agents${query}`, { method: 'PUT', headers: { 'content-type': contentType }, body });

  /** Fires the poll and waits until its result is what every pull answers. */
  async function poll(): Promise<void> {
    const before = pollLines(logged.join(''));
    await firePoll(host);
    await vi.waitUntil(() => pollLines(logged.join('')) > before, { timeout: LONGEST_POLL_MS, interval: 20 });
    await setTimeout(HEAD_REUSE_MS);
  }

  return { ...started, logged: () => logged.join(''), ask, manage, list, one, health, upload, poll };
}
