import { type AgentsVersion, NO_AGENTS } from '../agents/agentList.ts';
import { credible } from '../presence/freshness.ts';
import { type Expiry, UNKNOWN_EXPIRY } from '../signIn/expiry.ts';

/** Raised only when older code could no longer read the tables rightly. */
export const SCHEMA = 3;

/** What is published of one shard. Times are milliseconds since 1970, UTC; 0 is never. */
export interface ShardStatus {
  /** Key of the document that counts; empty before the first one. */
  readonly document: string;
  /** Key of the document before it, for readers who are under way; empty when there is none. */
  readonly previous: string;
  /** The revision that published the document. */
  readonly revision: number;
  /**
   * The instant before the last request was sent that was answered for exactly the people of the document; 0 when there
   * was none since it was written. A reading may be newer than that.
   */
  readonly checkedAt: number;
  readonly attemptedAt: number;
  /** Graph asked every instance not to read this shard before. */
  readonly notBefore: number;
  /** The sign-in with which the shard was read; empty when nobody knows. */
  readonly signIn: 'delegated' | 'app-only' | '';
  /** Microsoft's id of the request that was answered last; empty when nobody knows. */
  readonly requestId: string;
  /** Code of what kept the shard from being read when it was asked for last; empty when it was read. */
  readonly fault: string;
}

const NEW_SHARD: ShardStatus = {
  document: '',
  previous: '',
  revision: 0,
  checkedAt: 0,
  attemptedAt: 0,
  notBefore: 0,
  signIn: '',
  requestId: '',
  fault: '',
};

/** A fault as it is recorded: a stable word and a sentence. */
export interface RecordedFault {
  readonly code: string;
  readonly message: string;
}

/** What the last poll cycle met, for the health answer. */
export interface PollReport {
  readonly attemptedAt: number;
  /** The last run of the timer; polls that reads make do not count. */
  readonly timerAt: number;
  /** The last cycle in which every shard was read. */
  readonly succeededAt: number;
  readonly signIn: string;
  readonly failedShards: number;
  /** Questions to Graph, those that look for an id which it does not take among them. */
  readonly requests: number;
  readonly secretExpiry: Expiry;
  readonly passwordExpiry: Expiry;
  readonly faults: readonly RecordedFault[];
}

export const NO_REPORT: PollReport = {
  attemptedAt: 0,
  timerAt: 0,
  succeededAt: 0,
  signIn: '',
  failedShards: 0,
  requests: 0,
  secretExpiry: UNKNOWN_EXPIRY,
  passwordExpiry: UNKNOWN_EXPIRY,
  faults: [],
};

/** What the last sync with the directory met. */
export interface DirectoryReport {
  readonly attemptedAt: number;
  /** The last sync that was complete. */
  readonly succeededAt: number;
  /** AGENT_SOURCE of the agents as they are; empty before the first sync or upload. */
  readonly source: string;
  /** Why the last sync changed nothing; undefined when it was complete. */
  readonly fault: RecordedFault | undefined;
}

export const NO_DIRECTORY_REPORT: DirectoryReport = { attemptedAt: 0, succeededAt: 0, source: '', fault: undefined };

/**
 * The one row that says what is published. Whoever reads it knows what to read again. A later minor version adds columns,
 * which an older one keeps, and never a part of a column, which it would drop.
 */
export interface Head {
  readonly schema: number;
  /** Random at table creation: tells a rebuilt table from the one before. */
  readonly epoch: string;
  readonly revision: number;
  /** Deltas from before this revision are not complete. */
  readonly deltasSince: number;
  readonly agents: AgentsVersion;
  /** Id of the uploaded rules; empty for the default ones. */
  readonly rules: string;
  readonly shards: readonly ShardStatus[];
  readonly report: PollReport;
  readonly directory: DirectoryReport;
}

export function newHead(epoch: string, agents: AgentsVersion = NO_AGENTS, rules = ''): Head {
  return {
    schema: SCHEMA,
    epoch,
    revision: 0,
    deltasSince: 0,
    agents,
    rules,
    shards: [],
    report: NO_REPORT,
    directory: NO_DIRECTORY_REPORT,
  };
}

/** When Teams was last read of anybody: one shard that fails says nothing of the others. */
export function lastReadAt({ report, shards }: Head): number {
  return Math.max(report.succeededAt, ...shards.map(({ checkedAt }) => checkedAt));
}

/**
 * When the last attempt read nobody although Graph was not asked to wait: then an outage goes on. 0 when it read somebody.
 */
export function failedAt(head: Head, now: number): number {
  const attemptedAt = credible(head.report.attemptedAt, now);
  const isThrottled = head.shards.some(({ notBefore }) => notBefore > attemptedAt);
  return isThrottled || attemptedAt <= lastReadAt(head) ? 0 : attemptedAt;
}

/** An outage is not amplified: after an attempt that failed nobody who asks starts another one for so long. */
export const FAILED_PAUSE_MS = 30_000;

/** Whether the last request for the shard failed a moment ago, without a wait that Graph asked for. */
export function hasJustFailed({ attemptedAt, fault, notBefore }: ShardStatus, now: number): boolean {
  const since = now - credible(attemptedAt, now);
  return fault !== '' && notBefore < attemptedAt && since < FAILED_PAUSE_MS;
}

export function shardStatus(head: Head, shard: number): ShardStatus {
  return head.shards[shard] ?? NEW_SHARD;
}

/** The id of agents or rules of which nobody can read any more in the head which they are. */
export const UNREADABLE = '?';

/** The head under a new revision, with what makes every record a new one: clients have to be told of everybody. */
export function renewedHead(head: Head, changes: Partial<Head>): Head {
  const revision = head.revision + 1;
  return { ...head, ...changes, revision, deltasSince: revision };
}

/** Every document that a head names: those that count, and those that readers under way may still want. */
export function documentKeys(head: Head): { readonly shard: number; readonly key: string }[] {
  return head.shards.flatMap(({ document, previous }, shard) =>
    [document, previous].filter(key => key !== '').map(key => ({ shard, key })),
  );
}

/** The head without the documents before those that count: nothing older than what Teams last said stays stored. */
export function withoutPrevious(head: Head): Head {
  return { ...head, shards: head.shards.map(status => ({ ...status, previous: '' })) };
}

/** The head without documents that are lost: of their people nothing is known any more. */
export function withoutDocuments(head: Head, isLost: (shard: number) => boolean): Head {
  const shards = head.shards.map((status, shard) =>
    isLost(shard) ? { ...status, document: '', previous: '', checkedAt: 0 } : status,
  );
  return renewedHead(head, { shards });
}
