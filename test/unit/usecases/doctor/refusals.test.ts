import { expect, test } from 'vitest';
import { refusal } from '../../../../shared/domain/signIn/aadsts.ts';
import { SignInUnavailableError, StoreUnavailableError, VaultError } from '../../../../shared/errors/errors.ts';
import { fault, IS_REMEMBERED, refusedFor, signInTodo } from '../../../../shared/usecases/doctor/refusals.ts';

const WRONG_TENANT = 90002;
const NEEDS_MFA = 50076;

test('a refusal is about one part of the sign-in', () => {
  expect(refusedFor(refusal(WRONG_TENANT), 'wrong-tenant')).toBeDefined();
  expect(refusedFor(refusal(WRONG_TENANT), 'user')).toBeUndefined();
  expect(refusedFor(new VaultError('Out.'), 'user')).toBeUndefined();
});

test('a fault is said in its own words, with what to do next', () => {
  expect(fault(new StoreUnavailableError('Table Storage is out.'), 'Mend it.')).toMatchObject({
    status: 'failed',
    seen: 'Table Storage is out.',
  });
});

test('what to do after a sign-in that failed', () => {
  expect(signInTodo(refusal(NEEDS_MFA), 'delegated')).toContain(IS_REMEMBERED);
  expect(signInTodo(new SignInUnavailableError('Out.'), 'delegated')).toContain('Check the network');
  const inspected = new SignInUnavailableError('A device opens it: set NODE_EXTRA_CA_CERTS.');
  expect(signInTodo(inspected, 'delegated')).not.toContain('Check the network');
});
