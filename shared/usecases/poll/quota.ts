import { credible } from '../../domain/presence/freshness.ts';
import type { Head } from '../../domain/snapshot/head.ts';

/** Half of what Microsoft allows an app in a tenant in so long a time. */
const HALF_OF_QUOTA = 750;
const QUOTA_WINDOW_MS = 30_000;
/** With fewer shards the timer and those who ask stay below that together, however they fall. */
const FEW_SHARDS = 20;

/** From one poll of everybody to the next there is at least so much time: each question takes its share of the quota. */
export function spacingMs({ shards, report }: Head): number {
  const requests = Math.min(Math.max(shards.length, report.requests), HALF_OF_QUOTA);
  return (requests * QUOTA_WINDOW_MS) / HALF_OF_QUOTA;
}

/** Whether the timer may poll: of many people nobody is read again right after somebody had them read. */
export function isTimersTurn(head: Head, now: number): boolean {
  const { attemptedAt, succeededAt, timerAt } = head.report;
  const wasRead = attemptedAt === succeededAt && attemptedAt !== timerAt;
  if (head.shards.length < FEW_SHARDS || !wasRead) return true;
  return now - credible(attemptedAt, now) >= spacingMs(head);
}
