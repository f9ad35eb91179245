import { expect, test } from 'vitest';
import { decided } from '../../../../shared/usecases/agents/resolution.ts';
import { user } from '../../../support/directory.ts';

test('nobody, one, or several who fit equally', () => {
  expect(decided([], 'mail')).toBeUndefined();
  expect(decided([user(1), user(1)], 'mail')).toMatchObject({ user: user(1), resolvedBy: 'mail', ambiguous: false });
  expect(decided([user(1), user(2)], 'mail')).toMatchObject({ user: undefined, ambiguous: true, resolvedBy: '' });
});

test('a guest leaves the address to the member', () => {
  const guest = user(1, { isGuest: true });
  expect(decided([guest, user(2)], 'mail')?.user).toEqual(user(2));
  expect(decided([guest], 'mail')?.user).toEqual(guest);
});

test('who has left leaves the number to who has it now, and no address', () => {
  const left = user(1, { accountEnabled: false });
  expect(decided([left, user(2)], 'number')?.user).toEqual(user(2));
  expect(decided([left, user(2)], 'mail')?.ambiguous).toBe(true);
});
