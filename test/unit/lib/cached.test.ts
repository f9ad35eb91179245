import { describe, expect, test } from 'vitest';
import { cached, rateByAge } from '../../../shared/lib/cached.ts';
import type { Sleep } from '../../../shared/lib/clock.ts';
import { manualClock, sleepForever } from '../../support/clock.ts';

function setUp(options: { patienceMs?: number; pauseMs?: number; emptyPauseMs?: number; sleep?: Sleep } = {}) {
  const time = manualClock();
  const loads: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  const cache = cached<number>({
    load: () => new Promise((resolve, reject) => loads.push({ resolve, reject })),
    rate: rateByAge(500, 250),
    monotonic: time.monotonic,
    sleep: sleepForever,
    ...options,
  });
  const settled = () => new Promise(resolve => setImmediate(resolve));
  return { time, loads, cache, settled };
}

describe('a cache', () => {
  test('shares one load, and uses its value until it is old', async () => {
    const { time, loads, cache, settled } = setUp();
    const [one, other] = [cache.get(), cache.get()];
    await settled();
    loads[0]?.resolve(1);
    expect([(await one).value, (await other).value]).toEqual([1, 1]);
    time.advance(249);
    expect((await cache.get()).value).toBe(1);
    await settled();
    expect(loads).toHaveLength(1);
    time.advance(1);
    expect((await cache.get()).value).toBe(1);
    await settled();
    expect(loads).toHaveLength(2);
  });

  test('tries again what failed for somebody who wanted it newer, though the value still serves', async () => {
    const { time, loads, cache, settled } = setUp({ pauseMs: 100 });
    const first = cache.get();
    await settled();
    loads[0]?.resolve(1);
    await first;
    const wanted = cache.get({ fresh: true });
    await settled();
    loads[1]?.reject(new Error('out'));
    expect((await wanted).fault).toEqual(new Error('out'));
    time.advance(99);
    expect((await cache.get()).fault).toEqual(new Error('out'));
    await settled();
    expect(loads).toHaveLength(2);
    time.advance(1);
    await cache.get();
    await settled();
    loads[2]?.resolve(2);
    await settled();
    expect(await cache.get()).toEqual({ value: 2, fault: undefined });
  });

  test('is not spoiled by a load that fails, or ends, after a newer value was set', async () => {
    const { time, loads, cache, settled } = setUp({ pauseMs: 1_000 });
    for (const end of ['reject', 'resolve'] as const) {
      const waiting = cache.get({ fresh: true });
      await settled();
      time.advance(10);
      cache.set(7);
      if (end === 'reject') loads.at(-1)?.reject(new Error('out'));
      else loads.at(-1)?.resolve(1);
      expect(await waiting).toEqual({ value: 7, fault: undefined });
      expect(await cache.get()).toEqual({ value: 7, fault: undefined });
    }
  });

  test('lets the last value serve on with the fault, and pauses after it', async () => {
    const { time, loads, cache, settled } = setUp({ pauseMs: 1_000 });
    const first = cache.get();
    await settled();
    loads[0]?.resolve(1);
    await first;
    time.advance(500);
    const second = cache.get();
    await settled();
    loads[1]?.reject(new Error('out'));
    expect(await second).toMatchObject({ value: 1, fault: { message: 'out' } });
    time.advance(900);
    expect(await cache.get()).toMatchObject({ value: 1, fault: { message: 'out' } });
    expect(loads).toHaveLength(2);
    time.advance(200);
    void cache.get();
    await settled();
    expect(loads).toHaveLength(3);
  });

  test('throws without a value, and asks again after the pause', async () => {
    const { time, loads, cache, settled } = setUp({ emptyPauseMs: 500 });
    const first = cache.get();
    await settled();
    loads[0]?.reject(new Error('out'));
    await expect(first).rejects.toThrow('out');
    await expect(cache.get()).rejects.toThrow('out');
    expect(loads).toHaveLength(1);
    time.advance(500);
    void cache.get().catch(() => undefined);
    await settled();
    expect(loads).toHaveLength(2);
  });

  test('waits for nobody who takes too long, and no caller after that waits at all', async () => {
    const waits: number[] = [];
    const sleep = async (ms: number) => {
      waits.push(ms);
      time.advance(ms);
    };
    const { time, loads, cache, settled } = setUp({ patienceMs: 2_500, sleep });
    await expect(cache.get()).rejects.toThrow('too long');
    await expect(cache.get()).rejects.toThrow('too long');
    expect(waits).toEqual([2_500]);
    expect(loads).toHaveLength(1);
    loads[0]?.resolve(7);
    await settled();
    expect((await cache.get()).value).toBe(7);
  });

  test('lets one caller who has little time fail nobody else', async () => {
    const { time, loads, cache, settled } = setUp({
      patienceMs: 2_500,
      sleep: (ms, signal) => (ms === 20 ? Promise.resolve() : sleepForever(ms, signal)),
    });
    await expect(cache.get({ patienceMs: 20 })).rejects.toThrow('too long');
    time.advance(20);
    const patient = cache.get();
    loads[0]?.resolve(7);
    await settled();
    expect((await patient).value).toBe(7);
  });

  test('gives a fresh caller what was loaded after it came', async () => {
    const { time, loads, cache, settled } = setUp();
    const running = cache.get();
    await settled();
    time.advance(10);
    const fresh = cache.get({ fresh: true });
    loads[0]?.resolve(1);
    await running;
    await settled();
    loads[1]?.resolve(2);
    expect((await fresh).value).toBe(2);
  });
});
