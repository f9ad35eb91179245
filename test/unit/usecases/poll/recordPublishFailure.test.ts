import { expect, test } from 'vitest';
import { NO_REPORT, newHead } from '../../../../shared/domain/snapshot/head.ts';
import { StoreConflictError, StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import { recordPublishFailure } from '../../../../shared/usecases/poll/recordPublishFailure.ts';
import { memoryPresenceStore } from '../../../support/memoryPresenceStore.ts';

const OUT = new StoreUnavailableError('Documents cannot be written.');
const report = (attemptedAt: number) => ({ ...NO_REPORT, attemptedAt, succeededAt: attemptedAt });

async function setUp(attemptedAt: number) {
  const store = memoryPresenceStore();
  await store.createHead({ ...newHead('epoch'), report: report(attemptedAt) });
  return { store, reported: async () => (await store.readHead())?.head.report };
}

test('the head says why a cycle is not published, and keeps when the last one was', async () => {
  const { store, reported } = await setUp(10);
  await recordPublishFailure(store, report(20), OUT);
  expect(await reported()).toMatchObject({
    attemptedAt: 20,
    succeededAt: 10,
    faults: [{ code: 'store_unavailable', message: 'Documents cannot be written.' }],
  });
});

test('what a later cycle said stays, and so does a head that somebody else won', async () => {
  const { store, reported } = await setUp(30);
  await recordPublishFailure(store, report(20), OUT);
  await recordPublishFailure(store, report(40), new StoreConflictError('Lost.'));
  expect(await reported()).toEqual(report(30));
});

test('tables that are gone altogether leave the first fault to be thrown', async () => {
  const { store } = await setUp(10);
  const gone = { ...store, readHead: async () => Promise.reject(OUT) };
  await expect(recordPublishFailure(gone, report(20), OUT)).resolves.toBeUndefined();
  const broken = { ...store, readHead: async () => Promise.reject(new TypeError('bug')) };
  await expect(recordPublishFailure(broken, report(20), OUT)).rejects.toThrow('bug');
});
