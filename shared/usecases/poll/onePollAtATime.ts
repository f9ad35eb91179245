import type { Poll, PollDone } from './presencePoller.ts';

/**
 * Keeps the polls of a process from running side by side: whoever asks shares the one that is under way, the timer runs
 * after it. What a poll leaves for later keeps nobody else from polling.
 */
export function onePollAtATime(poll: Poll): Poll {
  let running: Promise<PollDone> | undefined;
  return async (log, options) => {
    const isTimer = options?.isTimer ?? true;
    if (running !== undefined && !isTimer) return running;
    while (running !== undefined) await running.catch(() => undefined);
    const own = poll(log, options).finally(() => {
      running = undefined;
    });
    running = own;
    return own;
  };
}
