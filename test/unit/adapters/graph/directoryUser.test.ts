import { expect, test } from 'vitest';
import { directoryUsers, isGuest, withoutGuests } from '../../../../shared/adapters/graph/directoryUser.ts';
import { guid } from '../../../support/builders.ts';

const ITEM = {
  id: guid(1).toUpperCase(),
  userPrincipalName: 'anna@contoso.com',
  mail: 'Anna@contoso.com',
  proxyAddresses: ['SMTP:Anna@contoso.com', 'smtp:A.Beck@contoso.com', 'sip:anna@contoso.com', 7, null],
  businessPhones: ['+49 89 1'],
  mobilePhone: '+49 171 1',
  displayName: ' Anna Beck ',
  accountEnabled: true,
  userType: 'Member',
};

test('a person is read with all addresses and numbers', () => {
  expect(directoryUsers([ITEM])).toEqual([
    {
      id: guid(1),
      userPrincipalName: 'anna@contoso.com',
      mail: 'Anna@contoso.com',
      aliases: ['a.beck@contoso.com'],
      numbers: ['+49 89 1', '+49 171 1'],
      displayName: 'Anna Beck',
      accountEnabled: true,
      isGuest: false,
    },
  ]);
});

test('whatever is missing or of another kind is empty; only a plain false is a disabled account', () => {
  expect(directoryUsers([{ id: guid(1), proxyAddresses: 'x', businessPhones: {}, displayName: 7 }])[0]).toMatchObject({
    ...{ userPrincipalName: '', mail: '', aliases: [], numbers: [], displayName: '', accountEnabled: true },
  });
  expect(directoryUsers([{ id: guid(1), accountEnabled: false }])[0]?.accountEnabled).toBe(false);
});

test('what is no person is passed over', () => {
  expect(directoryUsers([null, {}, { id: 'x' }, ITEM])).toHaveLength(1);
});

test('guests are known in whatever case Graph says so', () => {
  expect(['Guest', 'guest', 'Member', undefined].map(userType => isGuest({ userType }))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(withoutGuests(directoryUsers([ITEM, { ...ITEM, id: guid(2), userType: 'Guest' }]))).toHaveLength(1);
});
