import { credible } from '../../domain/presence/freshness.ts';
import type { Head } from '../../domain/snapshot/head.ts';

/** Half of the 1,500 requests in 30 s that Microsoft allows an app in a tenant: so long each shard counts. */
const SHARD_MS = 40;
/** With fewer shards the timer and those who ask stay below that together, however they fall. */
const FEW_SHARDS = 20;

/** From one poll of everybody to the next there is at least so much time. */
export const spacingMs = ({ shards }: Head) => shards.length * SHARD_MS;

/** Whether the timer may poll: of many people nobody is read again right after somebody had them read. */
export function isTimersTurn(head: Head, now: number): boolean {
  if (head.shards.length < FEW_SHARDS) return true;
  return now - credible(head.report.attemptedAt, now) >= spacingMs(head);
}
