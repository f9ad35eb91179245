import type { TableClient } from '@azure/data-tables';
import type { SignInRecord } from '../../domain/signIn/attemptPolicy.ts';
import type { SignInLedger } from '../../ports/signInLedger.ts';
import { fromTime, text, texts, toTime } from './columns.ts';
import { readRow } from './tableClient.ts';
import { writeMarkedRow } from './writeMarkedRow.ts';

const KEY = { partitionKey: 'sign-in', rowKey: 'delegated' };
/** Stands in no version of a secret. */
const SEPARATOR = ' ';
const STATES: ReadonlySet<string> = new Set<SignInRecord['state']>(['claimed', 'refused', 'open']);

/** One row of the table of agents, which outlives the presence table. It holds versions, never a value. */
export function tableSignInLedger(client: TableClient): SignInLedger {
  return {
    async read() {
      const row = await readRow(client, KEY);
      if (row === undefined) return undefined;
      const state = text(row['state']);
      return {
        etag: row.etag,
        record: {
          state: STATES.has(state) ? (state as SignInRecord['state']) : 'open',
          aadsts: Number(row['aadsts'] ?? 0),
          at: toTime(row['at']),
          version: text(row['version']),
          passwordVersion: text(row['passwordVersion']),
          refusals: Number(row['refusals'] ?? 0),
          wrongPasswordVersions: texts(row['wrongPasswordVersions'], SEPARATOR),
        },
      };
    },

    write: (record, etag) => {
      const row = {
        ...KEY,
        ...record,
        at: fromTime(record.at),
        wrongPasswordVersions: record.wrongPasswordVersions.join(SEPARATOR),
      };
      return writeMarkedRow(client, row, etag);
    },
  };
}
