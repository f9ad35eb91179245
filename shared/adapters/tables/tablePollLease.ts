import type { TableClient } from '@azure/data-tables';
import { isFromFuture } from '../../domain/presence/freshness.ts';
import { StoreConflictError } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { PollLease } from '../../ports/pollLease.ts';
import { fromTime, toTime } from './columns.ts';
import { readRow } from './tableClient.ts';
import { writeMarkedRow } from './writeMarkedRow.ts';

const KEY = { partitionKey: 'lease', rowKey: 'poll' };

/** One row of the presence table; its ETag decides between two who take it at the same time. */
export function tablePollLease(client: TableClient, clock: Clock): PollLease {
  /** ETag of what this process wrote last: while it is the newest, nothing has to be read. */
  let own: { readonly etag: string; readonly until: number } | undefined;

  async function write(until: number, etag: string | undefined): Promise<boolean> {
    try {
      own = { etag: await writeMarkedRow(client, { ...KEY, until: fromTime(until) }, etag), until };
      return true;
    } catch (error) {
      own = undefined;
      if (error instanceof StoreConflictError) return false;
      throw error;
    }
  }

  return {
    async take(ms) {
      const [now, mine] = [clock(), own];
      if (mine !== undefined && mine.until <= now && (await write(now + ms, mine.etag))) return true;
      const row = await readRow(client, KEY);
      const until = toTime(row?.['until']);
      // A lease that lasts longer than any was taken by a clock that is wrong.
      if (until > now && !isFromFuture(until - ms, now)) return false;
      return write(now + ms, row?.etag);
    },

    async extend(ms) {
      if (own !== undefined && own.until > 0) await write(clock() + ms, own.etag);
    },

    async release() {
      if (own !== undefined && own.until > 0) await write(0, own.etag);
    },
  };
}
