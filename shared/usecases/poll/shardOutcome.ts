import type { TeamsPresence } from '../../domain/presence/teamsPresence.ts';
import type { SignInMode } from '../../ports/tokenProvider.ts';

/** What a cycle learned of one shard. */
export interface ShardOutcome {
  readonly shard: number;
  /** The instant before the request was sent; 0 when none was. */
  readonly sentAt: number;
  /** Undefined when the shard failed; people left out of it are unknown. */
  readonly presences: ReadonlyMap<string, TeamsPresence> | undefined;
  /** Graph asked not to read the shard before; 0 when it did not. */
  readonly notBefore: number;
  /** Why the shard failed, or what is wrong with single people although it was read; nothing for one that was spared. */
  readonly error: Error | undefined;
  readonly requestId: string;
  /** With which sign-in the shard was read; empty when it was not. */
  readonly signIn: SignInMode | '';
  /** Requests that were sent to Graph, and how often the whole shard was asked for again. */
  readonly requests: number;
  readonly retries: number;
}

/** What reading a shard has cost so far. */
export interface Tally {
  requests: number;
  attempts: number;
  /** The instant before the last attempt: an answer to an earlier request says nothing of it. */
  sentAt: number;
}

/** The outcome of every shard when no request could be made at all. */
export function failedOutcomes(members: readonly (readonly string[])[], error: Error): ShardOutcome[] {
  return members.map((_, shard) => failure(shard, 0, error));
}

const NOTHING_SENT: Tally = { requests: 0, attempts: 0, sentAt: 0 };

export const costOf = ({ requests, attempts }: Tally) => ({ requests, retries: Math.max(0, attempts - 1) });

/** The outcome of a shard that was not asked for, because it failed a moment ago: why, stands in the report before. */
export function sparedOutcome(shard: number): ShardOutcome {
  return unread(shard, 0, undefined);
}

/** The outcome of a shard that was not read. */
export function failure(
  shard: number,
  sentAt: number,
  error: Error,
  notBefore = 0,
  tally = NOTHING_SENT,
): ShardOutcome {
  return { ...unread(shard, sentAt, error), notBefore, ...costOf(tally) };
}

function unread(shard: number, sentAt: number, error: Error | undefined): ShardOutcome {
  const nothing = { presences: undefined, notBefore: 0, requestId: '', signIn: '' as const, ...costOf(NOTHING_SENT) };
  return { shard, sentAt, error, ...nothing };
}
