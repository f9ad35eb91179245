import type { AgentsVersion } from '../agents/agent.ts';
import { type Expiry, UNKNOWN_EXPIRY } from '../signIn/expiry.ts';

/** Raised only when older code could no longer read the tables rightly. */
export const SCHEMA = 1;

/** What is published of one shard. Times are milliseconds since 1970, UTC; 0 is never. */
export interface ShardStatus {
  /** The revision at which a row of this shard last changed. */
  readonly revision: number;
  /** The instant before the request was sent whose answer the rows show. */
  readonly checkedAt: number;
  readonly attemptedAt: number;
  /** Graph asked every instance not to read this shard before. */
  readonly notBefore: number;
  /** The sign-in with which the rows were read; empty when nobody knows. */
  readonly signIn: 'delegated' | 'app-only' | '';
}

export const NEW_SHARD: ShardStatus = { revision: 0, checkedAt: 0, attemptedAt: 0, notBefore: 0, signIn: '' };

/** What the last poll cycle met, for the health answer. */
export interface PollReport {
  readonly attemptedAt: number;
  /** The last cycle in which every shard was read. */
  readonly succeededAt: number;
  readonly signIn: string;
  readonly failedShards: number;
  readonly secretExpiry: Expiry;
  readonly passwordExpiry: Expiry;
  readonly faults: readonly { readonly code: string; readonly message: string }[];
}

export const NO_REPORT: PollReport = {
  attemptedAt: 0,
  succeededAt: 0,
  signIn: '',
  failedShards: 0,
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
  readonly fault: { readonly code: string; readonly message: string } | undefined;
}

export const NO_DIRECTORY_REPORT: DirectoryReport = { attemptedAt: 0, succeededAt: 0, source: '', fault: undefined };

/** The one row that says what is published. Whoever reads it knows what to read again. */
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
  /** Set by a poller before it writes rows and cleared when it publishes them: rows may be ahead of the head. */
  readonly writing: string;
  readonly shards: readonly ShardStatus[];
  readonly report: PollReport;
  readonly directory: DirectoryReport;
}

export function newHead(epoch: string, agents: AgentsVersion, rules = ''): Head {
  return {
    schema: SCHEMA,
    epoch,
    revision: 0,
    deltasSince: 0,
    agents,
    rules,
    writing: '',
    shards: [],
    report: NO_REPORT,
    directory: NO_DIRECTORY_REPORT,
  };
}

export function shardStatus(head: Head, shard: number): ShardStatus {
  return head.shards[shard] ?? NEW_SHARD;
}

/** The head under a new revision, with what makes every record a new one: clients have to be told of everybody. */
export function renewedHead(head: Head, changes: Partial<Head>): Head {
  const revision = head.revision + 1;
  return { ...head, ...changes, revision, deltasSince: revision };
}
