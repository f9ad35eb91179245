import {
  buildSnapshot,
  type Moment,
  type Published,
  type SnapshotOptions,
  shardFreshness,
} from '../../domain/snapshot/buildSnapshot.ts';
import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import { StoreUnavailableError } from '../../errors/errors.ts';
import { cached, rateByAge } from '../../lib/cached.ts';
import type { Time } from '../../lib/clock.ts';
import { clockLags } from './clockLags.ts';
import { type LoaderDeps, snapshotLoader } from './snapshotLoader.ts';

/** Concurrent pulls share one reading of the head; it is used again for this long. */
const HEAD_REUSE_MS = 500;
/** From this age on a pull starts the next reading without waiting for it: under a steady load nobody ever waits. */
const REFRESH_AFTER_MS = 250;
/** A pull waits this long for the tables; then it is answered from the copy. */
const PATIENCE_MS = 2_500;

interface ReaderDeps extends LoaderDeps, Time {
  readonly options: SnapshotOptions;
}

export interface PresenceReader {
  /**
   * The state that is published now, or the last one known together with the fault that hides the newest.
   * @param options `fresh`: not with a head that was read before; `patienceMs`: waits no longer for the tables
   * @throws the fault when this instance has no copy: StoreUnavailableError, SchemaTooNewError
   */
  read(options?: {
    readonly fresh?: boolean;
    readonly patienceMs?: number;
  }): Promise<{ readonly snapshot: Snapshot; readonly fault: unknown }>;
}

/** Answers from memory; asks the tables for the head, and for what the head says has changed. */
export function presenceReader({ clock, monotonic, sleep, options, ...deps }: ReaderDeps): PresenceReader {
  const published = cached({
    load: snapshotLoader(deps),
    rate: rateByAge(HEAD_REUSE_MS, REFRESH_AFTER_MS),
    monotonic,
    sleep,
    patienceMs: PATIENCE_MS,
    tooLate: () => new StoreUnavailableError('Table Storage did not answer in time.'),
    pauseMs: HEAD_REUSE_MS,
    emptyPauseMs: HEAD_REUSE_MS,
  });
  const lagsOf = clockLags(clock, monotonic);
  let last: { readonly snapshot: Snapshot; readonly from: Published; readonly now: number } | undefined;

  /** Whether no record differs: the same agents, rules and readings, and time has changed nothing either. */
  function stands(known: NonNullable<typeof last>, from: Published, moment: Moment): boolean {
    const { shardFreshness: before, settlesNextAt } = known.snapshot;
    if (moment.now < known.now || moment.now >= settlesNextAt || !sameContent(from, known.from)) return false;
    const freshness = shardFreshness(from, moment, options.limits);
    return freshness.length === before.length && freshness.every((text, shard) => text === before[shard]);
  }

  function snapshotOf(from: Published): Snapshot {
    const moment = { now: clock(), clockLags: lagsOf(from.head) };
    const kept = last !== undefined && stands(last, from, moment) ? last.snapshot : undefined;
    const { shardFreshness: freshness } = kept ?? { shardFreshness: [] };
    const sameMoment =
      kept?.head === from.head && moment.clockLags.every((lag, shard) => lag === kept.clockLags[shard]);
    const moved = sameMoment
      ? kept
      : kept?.withHead({ head: from.head, shardFreshness: freshness, clockLags: moment.clockLags });
    const snapshot = moved ?? buildSnapshot(from, moment, options, last?.snapshot);
    last = { snapshot, from, now: moment.now };
    return snapshot;
  }

  return {
    async read({ fresh = false, patienceMs = PATIENCE_MS } = {}) {
      const { value, fault } = await published.get({ fresh, patienceMs: Math.min(patienceMs, PATIENCE_MS) });
      return { snapshot: snapshotOf(value), fault };
    },
  };
}

/** What was not read again is the same object. */
function sameContent(a: Published, b: Published): boolean {
  if (a.index !== b.index || a.rules !== b.rules || a.head.epoch !== b.head.epoch) return false;
  return (
    a.documents.length === b.documents.length && a.documents.every((document, shard) => document === b.documents[shard])
  );
}
