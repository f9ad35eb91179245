import type { Clock } from '../../lib/clock.ts';
import { EVENTS, type Log } from '../../ports/log.ts';

/** One line a minute says that the ACD asks; a line for every question would be a history. */
const EVERY_MS = 60_000;

/** Counts the answers of this process, and logs how many there were since the last line. */
export function pullCounter(clock: Clock): (status: number, log: Log) => void {
  let [pulls, unchanged] = [0, 0];
  let loggedAt = 0;
  return (status, log) => {
    pulls += 1;
    if (status === 304) unchanged += 1;
    const now = clock();
    if (now - loggedAt < EVERY_MS) return;
    log(EVENTS.pullsServed, { pulls, unchanged });
    [pulls, unchanged, loggedAt] = [0, 0, now];
  };
}
