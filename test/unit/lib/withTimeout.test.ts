import { expect, test } from 'vitest';
import { withTimeout } from '../../../shared/lib/withTimeout.ts';
import { sleepForever } from '../../support/clock.ts';

const atOnce = async () => undefined;
const never = new Promise<string>(() => undefined);

test('work that comes in time is the outcome, its fault as well', async () => {
  expect(await withTimeout(1, sleepForever, Promise.resolve('done'), () => 'late')).toBe('done');
  await expect(withTimeout(1, sleepForever, Promise.reject(new Error('out')), () => 'late')).rejects.toThrow('out');
});

test('work that does not come in time is what late says, or throws', async () => {
  expect(await withTimeout(1, atOnce, never, () => 'late')).toBe('late');
  const throws = () => {
    throw new Error('too late');
  };
  await expect(withTimeout(1, atOnce, never, throws)).rejects.toThrow('too late');
});

test('the sleep ends with the work', async () => {
  let ended = false;
  const sleep = (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        ended = true;
        reject(new Error('woken'));
      });
    });
  await withTimeout(1, sleep, Promise.resolve('done'), () => 'late');
  expect(ended).toBe(true);
});
