import { expect, test } from 'vitest';
import { inBatches } from '../../../shared/lib/inBatches.ts';

/** A work whose items the test hands over, and a patience that ends when the test says so. */
function setUp() {
  let add: (item: number) => void = () => undefined;
  const end = Promise.withResolvers<void>();
  let wake: () => void = () => undefined;
  const sleep = () => new Promise<void>(resolve => (wake = resolve));
  const batches = inBatches<number>(
    give => {
      add = give;
      return end.promise;
    },
    1_000,
    sleep,
  );
  return { batches, add: (item: number) => add(item), end, wake: () => wake() };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

test('what comes in time comes together', async () => {
  const { batches, add, end } = setUp();
  const first = batches.next();
  add(1);
  add(2);
  end.resolve();
  expect(await first).toEqual({ value: [1, 2], done: false });
  expect(await batches.next()).toMatchObject({ done: true });
});

test('what is late does not hold up the others, and follows', async () => {
  const { batches, add, end, wake } = setUp();
  const first = batches.next();
  add(1);
  wake();
  expect(await first).toEqual({ value: [1], done: false });
  const second = batches.next();
  add(2);
  end.resolve();
  expect(await second).toEqual({ value: [2], done: false });
  expect(await batches.next()).toMatchObject({ done: true });
});

test('with nothing after all the patience, the first item is waited for', async () => {
  const { batches, add, wake } = setUp();
  let given: unknown;
  const first = batches.next().then(({ value }) => {
    given = value;
  });
  wake();
  await turn();
  expect(given).toBeUndefined();
  add(1);
  await first;
  expect(given).toEqual([1]);
});

test('a work without any item gives one empty batch', async () => {
  const { batches, end } = setUp();
  end.resolve();
  expect(await batches.next()).toEqual({ value: [], done: false });
  expect(await batches.next()).toMatchObject({ done: true });
});

test('a failure of the work is thrown, also after a batch', async () => {
  const { batches, add, end, wake } = setUp();
  const first = batches.next();
  add(1);
  wake();
  await first;
  end.reject(new Error('broken'));
  await turn();
  await expect(batches.next()).rejects.toThrow('broken');
});
