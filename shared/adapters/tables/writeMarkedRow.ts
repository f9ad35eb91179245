import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { StoreConflictError } from '../../errors/errors.ts';
import { etagOf, readRow, translateWriteErrors } from './tableClient.ts';

interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [column: string]: string | number;
}

/**
 * Writes a row for which several processes compete. When the answer was lost, the SDK repeats the write, and the service
 * refuses what is done already: then a mark in the row says whose it is.
 * @param etag of the row that is replaced; undefined to create it
 * @returns the ETag of what was written
 * @throws StoreConflictError when somebody else wrote first
 */
export async function writeMarkedRow(client: TableClient, row: Row, etag: string | undefined): Promise<string> {
  const marked = { ...row, mark: randomUUID() };
  try {
    return await translateWriteErrors(client, async () =>
      etagOf(
        etag === undefined ? await client.createEntity(marked) : await client.updateEntity(marked, 'Replace', { etag }),
      ),
    );
  } catch (error) {
    if (!(error instanceof StoreConflictError)) throw error;
    const stored = await readRow(client, row);
    if (stored?.['mark'] !== marked.mark) throw error;
    return stored.etag;
  }
}
