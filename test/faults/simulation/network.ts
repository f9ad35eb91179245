import { StoreConflictError, StoreUnavailableError } from '../../../shared/errors/errors.ts';
import { never, type World } from './world.ts';

/** Whether a process lives: one that was killed goes on with nothing. */
export interface Life {
  isAlive(): boolean;
  kill(): void;
}

export function createLife(): Life {
  let alive = true;
  return {
    isAlive: () => alive,
    kill() {
      alive = false;
    },
  };
}

/** A store as a process reaches it: each call takes its time, may fail before or after its effect, or be the last one. */
export function overNetwork<S extends object>({ random, time, rarity, weather }: World, life: Life, store: S): S {
  async function call<T>(work: () => Promise<T>, isWrite: boolean): Promise<T> {
    if (!life.isAlive()) return never();
    await time.sleep(random.oneIn(60) && weather.stormy ? random.below(4_000) : random.below(25));
    if (!life.isAlive()) return never();
    if (weather.stormy && random.oneIn(rarity)) throw new StoreUnavailableError('Out.');
    if (weather.stormy && random.oneIn(rarity * 8)) {
      life.kill();
      if (random.oneIn(2)) await work().catch(() => undefined);
      return never();
    }
    const result = await work();
    if (!life.isAlive()) return never();
    if (isWrite && weather.stormy && random.oneIn(rarity)) {
      // The answer is lost; a client that repeats the write may lose against itself.
      throw random.oneIn(2) ? new StoreUnavailableError('Lost.') : new StoreConflictError('Lost.');
    }
    await time.sleep(random.below(8));
    return life.isAlive() ? result : never();
  }

  const wrapped = Object.entries(store).map(([name, method]) => [
    name,
    (...args: unknown[]) =>
      call(() => (method as (...all: unknown[]) => Promise<unknown>)(...args), !/^(read|current|list)/.test(name)),
  ]);
  return Object.fromEntries(wrapped) as S;
}
