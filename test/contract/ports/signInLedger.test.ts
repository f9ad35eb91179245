import { describe, expect, test } from 'vitest';
import type { SignInRecord } from '../../../shared/domain/signIn/attemptPolicy.ts';
import { StoreConflictError } from '../../../shared/errors/errors.ts';
import { ADAPTERS } from '../../support/stores.ts';

const refused: SignInRecord = {
  state: 'refused',
  aadsts: 50126,
  at: 1_764_000_000_123,
  version: 'a/b/c',
  passwordVersion: 'a/c',
  refusals: 2,
  wrongPasswordVersions: ['x/y', 'a/c'],
};

describe.each(ADAPTERS)('the sign-in ledger in %s', (_name, create) => {
  test('has no record at first, then the last one written', async () => {
    const { ledger } = create();
    expect(await ledger.read()).toBeUndefined();
    const first = await ledger.write({ ...refused, state: 'claimed', aadsts: 0 }, undefined);
    const etag = await ledger.write(refused, first);
    expect(await ledger.read()).toEqual({ record: refused, etag });
  });

  test('lets one of two claims through', async () => {
    const { ledger } = create();
    const claims = await Promise.allSettled([ledger.write(refused, undefined), ledger.write(refused, undefined)]);
    const lost = claims.filter(claim => claim.status === 'rejected');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toBeInstanceOf(StoreConflictError);
    const etag = (await ledger.read())?.etag;
    await ledger.write(refused, etag);
    await expect(ledger.write(refused, etag)).rejects.toBeInstanceOf(StoreConflictError);
  });
});
