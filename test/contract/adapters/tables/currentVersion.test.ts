import { expect, test } from 'vitest';
import { readCurrent, setCurrent } from '../../../../shared/adapters/tables/currentVersion.ts';
import { freshTable } from '../../../support/stores.ts';

const WHICH = { rowKey: 'rules', column: 'rules' };

test('a version becomes current, and an older one or its rival not any more', async () => {
  const client = freshTable();
  await client.createTable();
  expect(await readCurrent(client, WHICH)).toBeUndefined();
  const taken: boolean[] = [];
  for (const id of ['r0000000002-a', 'r0000000001-a', 'r0000000002-b', 'r0000000002-a', 'r0000000003-a'])
    taken.push(await setCurrent(client, WHICH, id, { count: 7 }));
  expect(taken).toEqual([true, false, false, true, true]);
  expect(await readCurrent(client, WHICH)).toMatchObject({ rules: 'r0000000003-a', count: 7 });
});
