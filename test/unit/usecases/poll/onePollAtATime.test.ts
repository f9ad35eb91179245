import { expect, test, vi } from 'vitest';
import { onePollAtATime } from '../../../../shared/usecases/poll/onePollAtATime.ts';
import type { PollDone } from '../../../../shared/usecases/poll/presencePoller.ts';

const log = () => undefined;
const ASKED = { isTimer: false, isHealing: false, isWanted: () => true };

function setUp() {
  const ends: (() => void)[] = [];
  const poll = vi.fn(
    () =>
      new Promise<PollDone>(resolve => {
        ends.push(() => resolve({ result: 'complete', rest: new Promise(() => undefined) }));
      }),
  );
  return { poll, one: onePollAtATime(poll), end: () => ends.shift()?.() };
}

test('whoever asks shares the poll that is under way', async () => {
  const { poll, one, end } = setUp();
  const [first, second] = [one(log, ASKED), one(log, ASKED)];
  end();
  expect(await first).toBe(await second);
  expect(poll).toHaveBeenCalledTimes(1);
});

test('the timer runs after it, and what a poll leaves for later keeps nobody', async () => {
  const { poll, one, end } = setUp();
  const asked = one(log, ASKED);
  const timer = one(log);
  expect(poll).toHaveBeenCalledTimes(1);
  end();
  await asked;
  await vi.waitFor(() => expect(poll).toHaveBeenCalledTimes(2));
  end();
  expect((await timer).result).toBe('complete');
});

test('a poll that fails keeps the timer from nothing', async () => {
  const poll = vi
    .fn<() => Promise<PollDone>>()
    .mockRejectedValueOnce(new Error('out'))
    .mockResolvedValue({ result: 'complete', rest: Promise.resolve() });
  const one = onePollAtATime(poll);
  const [asked, timer] = await Promise.allSettled([one(log, ASKED), one(log)]);
  expect([asked.status, timer.status]).toEqual(['rejected', 'fulfilled']);
});
