import { ConnectorError } from '../../../shared/errors/errors.ts';
import { createInstance, type Instance } from './instance.ts';
import type { Ledger } from './ledger.ts';
import type { World } from './world.ts';

const INSTANCES = 3;

/** The instances that run, and whatever was begun with one of them. */
export function createFleet(world: World, ledger: Ledger) {
  const create = () => createInstance(world, ledger);
  const instances = Array.from({ length: INSTANCES }, create);
  /** What failed, and is no fault that somebody is told of. */
  const unexpected: unknown[] = [];

  return {
    instances,
    unexpected,
    create,
    /** One of them; of one that was killed its successor. */
    any(): Instance {
      const index = world.random.below(INSTANCES);
      const found = instances[index] as Instance;
      if (found.isAlive()) return found;
      const next = create();
      instances[index] = next;
      return next;
    },
    reviveAll(): void {
      for (const [index, { isAlive }] of instances.entries()) if (!isAlive()) instances[index] = create();
    },
    replaceAll(): void {
      for (const index of instances.keys()) instances[index] = create();
    },
    /** Begins something that goes on by itself. */
    start(work: Promise<unknown>): void {
      work.catch(error => {
        if (!(error instanceof ConnectorError)) unexpected.push(error);
      });
    },
  };
}

export type Fleet = ReturnType<typeof createFleet>;
