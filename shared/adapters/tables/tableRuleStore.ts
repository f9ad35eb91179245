import { odata, type TableClient } from '@azure/data-tables';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import type { RuleStore } from '../../ports/ruleStore.ts';
import { text } from './columns.ts';
import { readCurrent, setCurrent } from './currentVersion.ts';
import { readRow, translateWriteErrors } from './tableClient.ts';

const CURRENT = { rowKey: 'rules', column: 'rules' };
const PARTITION = 'rules';
const ATTEMPTS = 4;

/** Rules in the table of agents, which outlives the presence table: a row per version, one that names the current. */
export function tableRuleStore(client: TableClient): RuleStore {
  async function record(id: string): Promise<void> {
    if (!(await setCurrent(client, CURRENT, id))) return;
    const filter = odata`PartitionKey eq ${PARTITION} and RowKey lt ${id}`;
    for await (const { rowKey } of client.listEntities({ queryOptions: { filter, select: ['RowKey'] } })) {
      if (rowKey !== undefined) await client.deleteEntity(PARTITION, rowKey);
    }
  }

  return {
    async current() {
      return text((await readCurrent(client, CURRENT))?.[CURRENT.column]);
    },

    async read(id) {
      const row = await readRow(client, { partitionKey: PARTITION, rowKey: id });
      return row && text(row['rules']);
    },

    write: (id, rules) =>
      translateWriteErrors(client, async () => {
        // The id is nobody else's: a repetition, because an answer was lost, writes the same again.
        await client.upsertEntity({ partitionKey: PARTITION, rowKey: id, rules }, 'Replace');
      }),

    // Somebody else may record or remove the same at the same time.
    markCurrent: id => retryConflicts(ATTEMPTS, () => translateWriteErrors(client, () => record(id))),
  };
}
