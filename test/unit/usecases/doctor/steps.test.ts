import { expect, test } from 'vitest';
import { type Check, examine, failed, ok, type Step } from '../../../../shared/usecases/doctor/steps.ts';

function check(id: string, needs: readonly string[] = [], run: Check['run'] = async () => ok('seen')): Check {
  return { id, title: `The ${id}`, guide: '', needs, run };
}

const broken = async () => failed('broken', 'mend it');
const shown = (steps: readonly Step[]) => steps.map(({ title, status, seen }) => `${status} ${title}: ${seen}`);

test('all that waits for one fault is one step, told last', async () => {
  const told: Step[] = [];
  const checks = [
    check('vault', [], broken),
    check('secret', ['vault']),
    check('storage'),
    check('sign-in', ['secret']),
    check('token', ['sign-in']),
  ];
  const steps = await examine(checks, step => told.push(step));
  expect(shown(steps)).toEqual([
    'failed The vault: broken',
    'ok The storage: seen',
    'skipped 3 steps, from "The secret" to "The token": not checked: first mend "The vault"',
  ]);
  expect(told).toEqual(steps);
});

test('two faults have one step each for what waits for them', async () => {
  const checks = [
    check('vault', [], broken),
    check('storage', [], broken),
    check('secret', ['vault']),
    check('timer', ['storage']),
  ];
  expect(shown(await examine(checks, () => undefined)).slice(2)).toEqual([
    'skipped The secret: not checked: first mend "The vault"',
    'skipped The timer: not checked: first mend "The storage"',
  ]);
});

test('a step that fails in a way it did not foresee is failed, and the others go on', async () => {
  const checks = [check('vault', [], () => Promise.reject(new Error('unforeseen'))), check('storage')];
  expect((await examine(checks, () => undefined)).map(({ status }) => status)).toEqual(['failed', 'ok']);
});
