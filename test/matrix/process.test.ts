import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { agentsCsv } from '../../local/tenant/people.ts';
import { type FaultRow, type FaultStack, faultRows } from '../support/faultRows.ts';
import { stack } from '../support/stack.ts';
import { expectTrueAge } from '../support/trueAge.ts';

const STANDSTILL_MS = 5_000;
const SHIFTED_CLOCK = new URL('../support/shiftedClock.mjs', import.meta.url).href;

/** The clock of the machine is set while the process runs. */
const clock = (fault: string): FaultRow => ({
  fault,
  // The first poll after it may be a question's, made because the timer seems silent; the timer's own comes after it.
  begin: async ({ host, ask }) => {
    process.kill(host.pid, 'SIGUSR2');
    await ask('/admin/functions/pollPresence', host.keys.master, { method: 'POST', body: '{}' });
    await setTimeout(1_000);
  },
  told: 'the call',
  health: 'ok',
});

faultRows('The process', [
  {
    settings: { NODE_OPTIONS: `--import ${SHIFTED_CLOCK}` },
    rows: [clock('has its clock set back by ten minutes'), clock('has its clock set ahead by ten minutes')],
  },
]);

const LOST_NETWORK = new URL('../support/lostNetwork.mjs', import.meta.url).href;
const nextStep = ({ host }: FaultStack) => process.kill(host.pid, 'SIGUSR2');

/** Nothing of Microsoft can be reached; a connection that was open is gone. */
const offline = (fault: string, code: string): FaultRow => ({
  fault,
  begin: nextStep,
  end: nextStep,
  told: 'the last state',
  health: 'degraded',
  named: new RegExp(`Graph did not answer \\(${code}`),
  remembers: 'Key Vault is asked again after half a minute',
});

faultRows('The network', [
  {
    settings: { NODE_OPTIONS: `--import ${LOST_NETWORK}` },
    rows: [
      offline('knows no name of Microsoft', 'ENOTFOUND'),
      offline('refuses every connection to Microsoft', 'ECONNREFUSED'),
    ],
  },
]);

/** As when the event loop is blocked, or the platform freezes the instance. */
test('a process that stood still in mid-poll says how old its state is, and goes on', async () => {
  const { tenant, host, upload, poll, one, ask } = await stack({ settings: { FRESH_WITHIN_SECONDS: '0' } });
  const { state } = tenant;
  const anna = state.people.find(({ agentId }) => agentId === '1001')?.id ?? '';
  state.moveTo(anna, 'Available');
  await upload(agentsCsv(state.people));
  await poll();

  state.moveTo(anna, 'InACall');
  state.faults = [{ service: 'graph', path: 'getPresences', delayMs: 1_000, times: 1 }];
  await ask('/admin/functions/pollPresence', host.keys.master, { method: 'POST', body: '{}' });
  await setTimeout(300);
  process.kill(host.pid, 'SIGSTOP');
  await setTimeout(STANDSTILL_MS);
  process.kill(host.pid, 'SIGCONT');

  const askedAt = Date.now();
  const { status, json } = await one('1001');
  expect(status).toBe(200);
  expectTrueAge(json, askedAt, Date.now());
  await poll();
  await expect.poll(async () => (await one('1001')).json['rule'], { timeout: 10_000 }).toBe('in-a-call');
}, 60_000);
