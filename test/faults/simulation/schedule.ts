import type { Clients } from './clients.ts';
import type { Fleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import type { Readings } from './readings.ts';
import type { World } from './world.ts';

/** A schedule that is under way. */
export interface Schedule {
  readonly world: World;
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  readonly clients: Clients;
  readonly readings: Readings;
}
