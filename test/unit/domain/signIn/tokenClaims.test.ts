import { expect, test } from 'vitest';
import { tokenClaims } from '../../../../shared/domain/signIn/tokenClaims.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: object) => `${part({ alg: 'RS256' })}.${part(claims)}.signature`;

test('scopes are of the user, roles of the application', () => {
  expect(tokenClaims(token({ scp: 'Presence.Read.All User.Read' }))).toEqual({
    scopes: ['Presence.Read.All', 'User.Read'],
    roles: [],
  });
  expect(tokenClaims(token({ roles: ['Presence.Read.All', 7] }))).toEqual({ scopes: [], roles: ['Presence.Read.All'] });
});

test.each(['', 'opaque', 'a.b.c', `${part({})}.${part([])}`])('%j cannot be read', text => {
  expect(tokenClaims(text)).toBeUndefined();
});
