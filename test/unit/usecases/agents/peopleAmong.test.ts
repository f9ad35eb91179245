import { expect, test } from 'vitest';
import { peopleAmong } from '../../../../shared/usecases/agents/peopleAmong.ts';
import { user } from '../../../support/directory.ts';

const USERS = [
  user(1, { aliases: ['team@contoso.com'] }),
  user(2, { mail: 'team@contoso.com' }),
  user(3, { mail: '' }),
];
const found = async (field: 'mail' | 'alias', ...values: string[]) =>
  (await peopleAmong(USERS).findUsers(field, values)).map(({ displayName }) => displayName);

test('people are found as the directory would find them, in any case', async () => {
  expect(await found('mail', 'TEAM@contoso.com')).toEqual(['Person 2']);
  expect(await found('alias', 'team@contoso.com', 'nobody@contoso.com')).toEqual(['Person 1']);
});

test('nothing finds nobody', async () => {
  expect(await found('mail', '')).toEqual([]);
  expect(await peopleAmong(USERS).listUsers()).toBe(USERS);
});
