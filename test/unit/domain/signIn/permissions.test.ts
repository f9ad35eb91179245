import { expect, test } from 'vitest';
import { mayReadPresence } from '../../../../shared/domain/signIn/permissions.ts';

test.each([
  [undefined, true],
  [{ scopes: [], roles: ['Presence.Read.All'] }, true],
  [{ scopes: [], roles: ['Presence.ReadWrite.All'] }, true],
  [{ scopes: ['Presence.Read.All'], roles: ['User.Read.All'] }, false],
  [{ scopes: [], roles: [] }, false],
])('%j lets the application read presence: %s', (known, may) => {
  expect(mayReadPresence(known)).toBe(may);
});
