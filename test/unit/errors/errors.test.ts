import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import {
  describeFault,
  GraphThrottledError,
  isOutageStatus,
  SignInBusyError,
  SignInUnavailableError,
  StoreUnavailableError,
  safeCause,
} from '../../../shared/errors/errors.ts';

const CANARY = 'canary~token';

test('a fault of ours is named by its word and its sentence, and knows its kind', () => {
  const error = new StoreUnavailableError('Out.', { isOutage: true });
  expect([error.name, error.isOutage, describeFault(error)]).toEqual([
    'StoreUnavailableError',
    true,
    { code: 'store_unavailable', message: 'Out.' },
  ]);
  expect(new GraphThrottledError('Wait.', 5_000)).toMatchObject({ isOutage: true, retryAfterMs: 5_000 });
  expect(new SignInBusyError('Busy.')).toBeInstanceOf(SignInUnavailableError);
});

test.each([new TypeError(CANARY), CANARY, { token: CANARY }, undefined])(
  'of anything else that is thrown only the kind is told',
  thrown => {
    const { code, message } = describeFault(thrown);
    expect(code).toBe('unexpected');
    expect(message).not.toContain(CANARY);
  },
);

test('of an error of an SDK nothing is kept but its kind and its codes', () => {
  const error = Object.assign(new Error(CANARY), {
    name: 'RestError',
    code: 'ECONNRESET',
    statusCode: 503,
    request: { headers: { authorization: CANARY } },
  });
  const kept = safeCause(error);
  expect(kept.message).toBe('RestError ECONNRESET 503');
  expect(inspect(kept, { depth: 9 })).not.toContain(CANARY);
  expect(safeCause(CANARY).message).toBe('string');
  expect(safeCause(null).message).toBe('object');
});

test.each([
  [429, true],
  [500, true],
  [503, true],
  [404, false],
  [400, false],
])('status %i is an outage: %s', (status, isOutage) => {
  expect(isOutageStatus(status)).toBe(isOutage);
});
