import { setTimeout } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { firePoll } from '../../local/stack.ts';
import type { TableFault } from '../../local/startStorage.ts';
import {
  asApplication,
  type FaultRow,
  type FaultStack,
  faultRows,
  signsInEachTime,
  TOKEN_LIFETIME_MS,
  unnoticed,
  VALUES_AGE_MS,
} from '../support/faultRows.ts';
import { HEAD_REUSE_MS, pollLines } from '../support/stack.ts';
import { expectTrueAge } from '../support/trueAge.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const STANDSTILL_MS = 5_000;
const SHIFTED_CLOCK = new URL('../support/shiftedClock.mjs', import.meta.url).href;

/** Has what was loaded before the app take its next step, and waits until it has. */
async function signal({ host, logged }: FaultStack): Promise<void> {
  const taken = () => logged().match(/the signal is taken/g)?.length ?? 0;
  const before = taken();
  process.kill(host.pid, 'SIGUSR2');
  await vi.waitUntil(() => taken() > before, PATIENCE);
}

/** The clock of the machine is set while the process runs. */
const clock = (fault: string): FaultRow =>
  // The first poll after it may be a question's, made because the timer seems silent; the timer's own comes after it.
  unnoticed(fault, async stack => {
    await signal(stack);
    await firePoll(stack.host);
    await setTimeout(1_000);
  });

faultRows('The process', [
  {
    settings: { NODE_OPTIONS: `--import ${SHIFTED_CLOCK}` },
    rows: [
      { ...clock('has its clock set back by ten minutes'), clockMs: -600_000 },
      clock('has its clock set ahead by ten minutes'),
      {
        fault: 'has its clock set back by ten minutes while nobody can be read',
        begin: async stack => {
          stack.tenant.state.faults = [{ service: 'graph', path: 'getPresences', status: 503 }];
          await signal(stack);
          // Long enough for an age that stands still to be seen.
          await setTimeout(STANDSTILL_MS);
        },
        end: signal,
        told: 'the last state',
        health: 'down',
        named: /clock of an instance is wrong/,
      },
    ],
  },
]);

const LOST_NETWORK = new URL('../support/lostNetwork.mjs', import.meta.url).href;
/** Nothing of Microsoft can be reached; a connection that was open is gone. The values of the vault are old enough to be read. */
const offline = (fault: string, code: string): FaultRow => ({
  fault,
  begin: async stack => {
    await setTimeout(VALUES_AGE_MS);
    await signal(stack);
  },
  end: signal,
  told: 'the last state',
  health: 'degraded',
  named: new RegExp(`Graph did not answer \\(${code}`),
  remembers: 'Key Vault is asked again after half a minute',
  forgetsWithinS: 35,
});

/** The same when a token is needed. */
const offlineWithoutToken = (fault: string, code: string): FaultRow => ({
  ...offline(fault, code),
  begin: async stack => {
    await setTimeout(TOKEN_LIFETIME_MS);
    await signal(stack);
  },
  named: new RegExp(`Entra cannot be reached \\(${code}`),
});
const settings = { NODE_OPTIONS: `--import ${LOST_NETWORK}` };

faultRows('The network', [
  {
    settings,
    rows: [
      offline('knows no name of Microsoft', 'ENOTFOUND'),
      offline('refuses every connection to Microsoft', 'ECONNREFUSED'),
    ],
  },
  {
    settings,
    prepare: signsInEachTime,
    rows: [
      offlineWithoutToken('knows no name of Microsoft, when the token has ended', 'ENOTFOUND'),
      offlineWithoutToken('refuses every connection to Microsoft, when the token has ended', 'ECONNREFUSED'),
    ],
  },
]);

/** As when the event loop is blocked, or the platform freezes the instance. */
const standsStill: FaultRow['begin'] = async ({ tenant, host, one }) => {
  const { promise: isAsked, resolve: hit } = Promise.withResolvers<void>();
  tenant.state.faults = [{ service: 'graph', path: 'getPresences', delayMs: 1_000, times: 1, hit }];
  await firePoll(host);
  await isAsked;
  process.kill(host.pid, 'SIGSTOP');
  await setTimeout(STANDSTILL_MS);
  process.kill(host.pid, 'SIGCONT');
  const askedAt = Date.now();
  const { status, json } = await one('1001');
  expect(status).toBe(200);
  expectTrueAge(json, askedAt, Date.now());
};

/** Polls on another instance, which dies at the call that the fault hits; false when it came through without it. */
async function dies(stack: FaultStack, arm: (kill: () => void) => void): Promise<boolean> {
  const other = await stack.startInstance();
  let isHit = false;
  arm(() => {
    isHit = true;
    process.kill(other.pid, 'SIGKILL');
  });
  const before = pollLines(stack.logged());
  await firePoll(other);
  await vi.waitUntil(() => isHit || pollLines(stack.logged()) > before, PATIENCE);
  stack.storage.setFault(undefined);
  if (isHit) await other.ended;
  else await other.close();
  return isHit;
}

/** What the ACD is told after each death is true: the call, or what was so before it, no fresher than that. */
async function expectTruth({ one }: FaultStack, movedAt: number): Promise<void> {
  await setTimeout(HEAD_REUSE_MS);
  const askedAt = Date.now();
  const { json } = await one('1001');
  expectTrueAge(json, askedAt, Date.now());
  if (json['reachable'] === 1) expect(Date.parse(String(json['checkedAt']))).toBeLessThanOrEqual(movedAt);
}

/** Somebody moves before each poll, so that there is a document to write. */
function moveAnother({ tenant: { state } }: FaultStack, step: number): void {
  state.moveTo(state.people[1]?.id ?? '', step % 2 === 0 ? 'InAMeeting' : 'Available');
}

const diesAtEachCall =
  (fault: TableFault): FaultRow['begin'] =>
  async stack => {
    const movedAt = Date.now();
    let calls = 0;
    for (let isHit = true; isHit; calls += 1) {
      moveAnother(stack, calls);
      isHit = await dies(stack, hit => stack.storage.setFault({ ...fault, after: calls, once: true, hit }));
      await expectTruth(stack, movedAt);
    }
    // At the least: head, agents, document, new document, new head.
    expect(calls).toBeGreaterThan(5);
  };

const diesAskingMicrosoft: FaultRow['begin'] = async stack => {
  const movedAt = Date.now();
  const { state } = stack.tenant;
  for (const service of ['vault', 'entra', 'graph'] as const) {
    moveAnother(stack, 0);
    expect(await dies(stack, hit => (state.faults = [{ service, status: 0, hit }])), service).toBe(true);
    state.faults = [];
    await expectTruth(stack, movedAt);
  }
};

/** Two instances poll at the same moment, again and again, while somebody moves. */
const besideAnother: FaultRow['begin'] = async stack => {
  const other = await stack.startInstance();
  const { host } = stack;
  for (let step = 0; step < 10; step += 1) {
    moveAnother(stack, step);
    const before = pollLines(stack.logged());
    await Promise.all([host, other].map(firePoll));
    await vi.waitUntil(() => pollLines(stack.logged()) >= before + 2, PATIENCE);
  }
  await other.close();
};

/** Graph takes longer than the time between two runs of the timer. */
const overrun: FaultRow['begin'] = async ({ tenant, host }) => {
  tenant.state.faults = [{ service: 'graph', path: 'getPresences', delayMs: 1_500 }];
  for (let run = 0; run < 3; run += 1) {
    await firePoll(host);
    await setTimeout(300);
  }
};

const dying: readonly FaultRow[] = [
  unnoticed('die before each call to the tables, one after the other', diesAtEachCall({ status: 0 })),
  unnoticed('die after each call to the tables, one after the other', diesAtEachCall({ losesAnswer: true })),
  unnoticed('die while they ask the vault, Entra or Graph', diesAskingMicrosoft),
];

faultRows('The instances', [
  {
    // Values of the vault that are just being read would not come in time either.
    settings: { SECRET_MAX_AGE_SECONDS: '3600' },
    rows: [unnoticed('stand still for five seconds in the middle of a poll', standsStill)],
  },
  ...dying.map(row => ({ prepare: asApplication, rows: [row] })),
  {
    rows: [
      unnoticed('poll at the same moment, ten times', besideAnother),
      unnoticed('are told to poll while they still do', overrun),
    ],
  },
]);
