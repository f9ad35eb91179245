import { readFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { firePoll, type Host, mapEverybody, type Stack, type StackOptions, startStack } from '../../local/stack.ts';

/** The first fill of very many people takes that long. */
const LONGEST_POLL_MS = 120_000;

export const BASE = { seed: 1, speed: 0, port: 0, address: '127.0.0.1' } as const;

/** The value below which so large a share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const agent = new http.Agent({ keepAlive: true });

interface Pulled {
  /** Milliseconds until the whole answer was there. */
  readonly time: number;
  readonly status: number;
  readonly etag: string;
  readonly body: Buffer;
}

export function pull(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Pulled> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0 } = response;
        const time = performance.now() - started;
        resolve({ time, status, etag: response.headers.etag ?? '', body: Buffer.concat(chunks) });
      });
    });
    request.on('error', reject);
  });
}

/** How long something takes, milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Two kinds of work in turn, so that both see the same machine; the times of each. */
export async function inTurn(
  count: number,
  one: (turn: number) => Promise<{ time: number }>,
  other: (turn: number) => Promise<{ time: number }>,
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let index = 0; index < count; index += 1) {
    times[0].push((await one(index)).time);
    times[1].push((await other(index)).time);
  }
  return times;
}

/** The most memory a process had in use so far, megabytes. */
export function peakMemoryMb({ pid }: Host): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

export interface Bench extends Stack {
  /** How long each poll took, as the app logged it, milliseconds. */
  readonly polls: number[];
  readonly acd: Readonly<Record<string, string>>;
  readonly presence: string;
  /** Fires the timer's poll and waits until it is logged; how long it took. */
  poll(): Promise<number>;
  /** Makes so many people start or end a call. */
  move(count: number): void;
  delayGraph(delayMs: number): void;
}

/** The whole product with so many agents mapped and read once. */
export async function bench(people: number, options: Partial<StackOptions> = {}): Promise<Bench> {
  const polls: number[] = [];
  let failures = 0;
  let unfinished = '';
  const output = (text: string) => {
    const lines = (unfinished + text).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) {
      const [, time] = /poll\.succeeded \{.*"milliseconds":(\d+)/.exec(line) ?? [];
      if (time !== undefined) polls.push(Number(time));
      else if (line.includes('pollPresence: poll.failed')) failures += 1;
    }
  };
  const stack = await startStack({
    ...BASE,
    people,
    timers: false,
    verbose: true,
    output,
    keySecret: 'bench',
    ...options,
  });
  const { host, tenant } = stack;
  await mapEverybody(stack);
  let next = 0;
  const self: Bench = {
    ...stack,
    polls,
    acd: { 'x-functions-key': host.keys.acd },
    presence: `${host.url}/api/v1/presence`,
    async poll() {
      const before = polls.length;
      const end = performance.now() + LONGEST_POLL_MS;
      while (polls.length === before) {
        const tries = failures;
        await firePoll(host);
        while (polls.length === before && failures === tries) {
          if (performance.now() > end) throw new Error('The poll did not succeed in time.');
          await setTimeout(10);
        }
      }
      return polls.at(-1) ?? 0;
    },
    move(count) {
      for (let moved = 0; moved < count; moved += 1) {
        const { id = '' } = tenant.state.people[next % people] ?? {};
        tenant.state.moveTo(id, tenant.state.shown(id).activity === 'InACall' ? 'Available' : 'InACall');
        next += 1;
      }
    },
    delayGraph(delayMs) {
      tenant.state.faults = delayMs === 0 ? [] : [{ service: 'graph', path: 'getPresences', delayMs }];
    },
  };
  await self.poll();
  return self;
}

/** Milliseconds until an instance, which has to read everything once, answers with the state. */
export async function firstAnswer(stack: Bench, url: string): Promise<number> {
  const started = performance.now();
  while ((await pull(`${url}/api/v1/presence?key=1001`, stack.acd)).status !== 200) await setTimeout(250);
  return performance.now() - started;
}
