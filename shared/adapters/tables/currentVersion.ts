import type { TableClient } from '@azure/data-tables';
import { isOutdated } from '../../domain/snapshot/versionId.ts';
import { text } from './columns.ts';
import { readRow } from './tableClient.ts';

/** A row that names which version of something is current, and the column that holds its id. */
interface CurrentVersion {
  readonly rowKey: string;
  readonly column: string;
}

const keyOf = ({ rowKey }: CurrentVersion) => ({ partitionKey: 'current', rowKey });

export function readCurrent(client: TableClient, version: CurrentVersion) {
  return readRow(client, keyOf(version));
}

/**
 * Names a version as current.
 * @returns false when a later one is: an upload that was faster must not be taken back
 */
export async function setCurrent(
  client: TableClient,
  version: CurrentVersion,
  id: string,
  rest: Readonly<Record<string, string | number>> = {},
): Promise<boolean> {
  const recorded = await readCurrent(client, version);
  const known = text(recorded?.[version.column]);
  // Of two of one number the first one counts: the other lost its head to somebody who deleted it.
  if (isOutdated(id, known)) return false;
  const row = { ...keyOf(version), [version.column]: id, ...rest };
  if (recorded === undefined) await client.createEntity(row);
  else if (known !== id) await client.updateEntity(row, 'Replace', { etag: recorded.etag });
  return true;
}
