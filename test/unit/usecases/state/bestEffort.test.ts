import { expect, test } from 'vitest';
import { StoreConflictError, StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import { bestEffort } from '../../../../shared/usecases/state/bestEffort.ts';

const failing = (error: Error) => bestEffort(async () => Promise.reject(error));

test('what cannot be done now is left to later, and said', async () => {
  expect(await bestEffort(async () => undefined)).toBe(true);
  expect(await failing(new StoreConflictError('Lost.'))).toBe(false);
  expect(await failing(new StoreUnavailableError('Out.'))).toBe(false);
});

test('a fault of our own is not swallowed', async () => {
  await expect(failing(new TypeError('bug'))).rejects.toThrow('bug');
});
