import type { TableClient } from '@azure/data-tables';
import { isFromFuture } from '../../domain/presence/freshness.ts';
import { StoreConflictError } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { PollLease } from '../../ports/pollLease.ts';
import { fromTime, toTime } from './columns.ts';
import { readRow, translateWriteErrors } from './tableClient.ts';

const KEY = { partitionKey: 'lease', rowKey: 'poll' };

/** One row of the presence table; its ETag decides between two who take it at the same time. */
export function tablePollLease(client: TableClient, clock: Clock): PollLease {
  return {
    async take(ms) {
      const row = await readRow(client, KEY);
      const until = toTime(row?.['until']);
      // A lease that lasts longer than any was taken by a clock that is wrong.
      if (until > clock() && !isFromFuture(until - ms, clock())) return false;
      const taken = { ...KEY, until: fromTime(clock() + ms) };
      try {
        await translateWriteErrors(client, async () => {
          if (row === undefined) await client.createEntity(taken);
          else await client.updateEntity(taken, 'Replace', { etag: row.etag });
        });
        return true;
      } catch (error) {
        if (error instanceof StoreConflictError) return false;
        throw error;
      }
    },
  };
}
