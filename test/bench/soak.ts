/**
 * `npm run soak -- --minutes 60`: a steady load of pulls while services fail and come back. Ends with 1 when an answer was
 * neither 200 nor 304, when nobody met a fault, or when memory or open files grow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import type { Fault } from '../../local/tenant/state.ts';
import { type Bench, bench } from './measure.ts';

const PEOPLE = 10_000;
/** Pulls a second, by kind: 500 together. */
const RATES = { unchanged: 449, one: 45, differences: 5, full: 1 };
const CONNECTIONS = { unchanged: 8, one: 4, differences: 1, full: 1 };
/** A limit makes the memory of Node comparable: without one it grows until the machine is full. */
const NODE_OPTIONS = '--max-old-space-size=512';
const SAMPLE_MS = 1_000;
const WARM_UP_MS = 30_000;
const FAULT_MS = 5_000;
/** Who asks polls again half a minute after a failure: a fault that comes earlier is met by nobody. */
const CALM_MS = 32_000;
const MOVE_EVERY_MS = 5_000;
const MOST_GROWTH = 1.25;
/** Sockets come and go. */
const MORE_FILES = 50;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } });
const minutes = Number(values.minutes);
if (!(minutes >= 1)) {
  console.error('Give a number of minutes, 1 at least: npm run soak -- --minutes 5');
  process.exit(1);
}

const tenant =
  (fault: Fault) =>
  ({ tenant: { state } }: Bench) => {
    state.faults = [fault];
  };
const graph = (fault: Omit<Fault, 'service'>) => tenant({ service: 'graph', path: 'getPresences', ...fault });
const FAULTS: readonly (readonly [name: string, begin: (stack: Bench) => void])[] = [
  ['Graph answers 503', graph({ status: 503 })],
  ['Graph throttles', graph({ status: 429, headers: { 'retry-after': '2' } })],
  ['Graph hangs', graph({ delayMs: 600_000 })],
  ['Entra is out', tenant({ service: 'entra', status: 503 })],
  ['Key Vault is out', tenant({ service: 'vault', status: 0 })],
  ['the tables answer 503', ({ storage }) => storage.setFault({ status: 503 })],
  ['the tables are slow', ({ storage }) => storage.setFault({ delayMs: 200 })],
];

const statuses = new Map<string, number>();
const count = (kind: string, status: number) => {
  const key = `${kind} ${status}`;
  statuses.set(key, (statuses.get(key) ?? 0) + 1);
};

interface Client {
  etag?: string;
  revision?: string;
}

/** One kind of pull at its rate, until it is stopped. */
function load(stack: Bench, kind: keyof typeof RATES, duration: number, ids: readonly string[]) {
  let next = 0;
  // Autocannon forgets its context after each request: the connections of a kind know the same.
  const client: Client = {};
  const path = () => {
    if (kind === 'one') {
      next += 1;
      return `/api/v1/presence?key=${ids[next % ids.length]}`;
    }
    return kind === 'differences' && client.revision !== undefined
      ? `/api/v1/presence?changedSince=${client.revision}`
      : '/api/v1/presence';
  };
  return autocannon({
    url: stack.host.url,
    duration,
    connections: CONNECTIONS[kind],
    overallRate: RATES[kind],
    timeout: 30,
    requests: [
      {
        setupRequest(request) {
          const known = kind === 'unchanged' && client.etag !== undefined ? { 'if-none-match': client.etag } : {};
          return { ...request, path: path(), headers: { ...stack.acd, ...known } };
        },
        onResponse(status, body, _context, headers) {
          count(kind, status);
          if (status !== 200) return;
          const [, etag] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'etag') ?? [];
          if (etag !== undefined) client.etag = String(etag);
          if (kind === 'differences') client.revision = /"revision":"([^"]+)"/.exec(body)?.[1] ?? '';
        },
      },
    ],
  });
}

const memoryMb = ({ host }: Bench) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
const openFiles = ({ host }: Bench) => readdirSync(`/proc/${host.pid}/fd`).length;

function mend({ tenant, storage }: Bench): void {
  tenant.state.faults = [];
  storage.setFault(undefined);
}

/** How many requests to the simulated services met a fault. */
const faultsMet = ({ tenant: { state } }: Bench) =>
  (['graph', 'entra', 'vault'] as const).reduce((sum, service) => sum + state.counted(`fault.${service}`), 0);
/** Faults that nobody met prove nothing. */
const unmet = new Set<string>();

async function troubles(stack: Bench, end: number): Promise<void> {
  for (let round = 0; performance.now() < end - CALM_MS - FAULT_MS; round += 1) {
    await setTimeout(CALM_MS);
    const [name, begin] = FAULTS[round % FAULTS.length] ?? ['', () => undefined];
    const left = Math.round((end - performance.now()) / 1_000);
    console.log(`  ${name}; ${Math.round(memoryMb(stack))} MB, ${openFiles(stack)} open files, ${left} s to go`);
    const before = faultsMet(stack);
    begin(stack);
    await setTimeout(FAULT_MS);
    mend(stack);
    if (name.startsWith('the tables')) continue;
    const met = faultsMet(stack) - before;
    console.log(`    ${met} requests met it`);
    if (met === 0) unmet.add(name);
  }
}

console.log(`${PEOPLE} people, 500 pulls a second, for ${minutes} minutes …`);
// Secrets and tokens that are fetched again and again: otherwise nothing would meet an outage of the vault or of Entra.
const stack = await bench(PEOPLE, { settings: { NODE_OPTIONS, SECRET_MAX_AGE_SECONDS: '1' } });
stack.tenant.state.tokenLifetimeSeconds = 299;
stack.tenant.state.faults = [{ service: 'graph', status: 401, times: 1 }];
const ids = stack.tenant.state.people.map(({ agentId }) => agentId);
const moving = setInterval(() => stack.move(1), MOVE_EVERY_MS);
const duration = minutes * 60;
const end = performance.now() + duration * 1_000;
const kinds = Object.keys(RATES) as (keyof typeof RATES)[];
const loads = kinds.map(kind => load(stack, kind, duration, ids));
await setTimeout(WARM_UP_MS);
const samples: { readonly memory: number; readonly files: number }[] = [];
const sampling = setInterval(() => samples.push({ memory: memoryMb(stack), files: openFiles(stack) }), SAMPLE_MS);
const [results] = await Promise.all([Promise.all(loads), troubles(stack, end)]);
clearInterval(sampling);
clearInterval(moving);
await stack.close();

/** The mean over one third of the time: collecting garbage makes single readings swing. */
function mean(of: 'memory' | 'files', third: 0 | 2): number {
  const length = Math.floor(samples.length / 3);
  return samples.slice(third * length, (third + 1) * length).reduce((sum, sample) => sum + sample[of], 0) / length;
}
const before = { memory: mean('memory', 0), files: mean('files', 0) };
const after = { memory: mean('memory', 2), files: mean('files', 2) };

// Who has answered once has a copy: nothing that is out makes the answer a 503.
const undocumented = [...statuses].filter(([key]) => !/ (200|304)$/.test(key));
const unanswered = results.reduce((sum, { errors, timeouts }) => sum + errors + timeouts, 0);
const growth = after.memory / before.memory;
console.log([...statuses].map(([key, times]) => `  ${key}: ${times}`).join('\n'));
kinds.forEach((kind, index) => {
  const { latency, requests } = results[index] ?? {};
  console.log(
    `  ${kind}: ${requests?.average} a second, p50 ${latency?.p50} ms, p99 ${latency?.p99} ms, longest ${latency?.max} ms`,
  );
});
console.log(
  `  memory ${Math.round(before.memory)} MB, then ${Math.round(after.memory)} MB; open files ${Math.round(before.files)}, then ${Math.round(after.files)}`,
);
console.log(`  not answered: ${unanswered}`);
const faults = [
  ...undocumented.map(([key]) => `undocumented answer: ${key}`),
  ...[...unmet].map(name => `nobody met the fault: ${name}`),
  ...(unanswered > 0 ? [`${unanswered} pulls were not answered`] : []),
  ...(growth > MOST_GROWTH ? [`memory grew by ${Math.round((growth - 1) * 100)} %`] : []),
  ...(after.files > before.files + MORE_FILES ? ['open files grew'] : []),
];
console.log(faults.length === 0 ? 'Nothing is wrong.' : faults.join('\n'));
process.exit(faults.length === 0 ? 0 : 1);
