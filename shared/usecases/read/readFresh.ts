import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import type { Monotonic, Sleep } from '../../lib/clock.ts';
import { withTimeout } from '../../lib/withTimeout.ts';
import type { Log } from '../../ports/log.ts';
import type { PollOnDemand } from '../poll/pollOnDemand.ts';
import type { PresenceReader } from './presenceReader.ts';

/** Everything that a read waits for, together; the ACD is answered within three seconds. */
const DEADLINE_MS = 2_800;

interface ReadFreshDeps {
  readonly reader: PresenceReader;
  readonly onDemand: PollOnDemand;
  readonly monotonic: Monotonic;
  readonly sleep: Sleep;
}

/** What is published, why it may not be the newest, and whether it was renewed for this read. */
interface FreshRead {
  readonly snapshot: Snapshot;
  readonly fault: unknown;
  readonly renewed: boolean;
}

/** With `fresh` not with a head that was read before, for somebody who has just changed something. */
export type ReadFresh = (log: Log, options?: { readonly fresh?: boolean }) => Promise<FreshRead>;

/** What is published, for somebody who acts on it: data that has become too old is renewed first, within a limit. */
export function readFresh({ reader, onDemand, monotonic, sleep }: ReadFreshDeps): ReadFresh {
  return async (log, { fresh = false } = {}) => {
    const arrived = monotonic();
    const left = () => Math.max(0, DEADLINE_MS - (monotonic() - arrived));
    // Lines of polls that outlived their starter go out with the next request.
    for (const [event, fields] of onDemand.takeLines()) log(event, fields);
    const first = await reader.read({ fresh, patienceMs: left() });
    // Tables that cannot be read cannot be polled into either.
    const renewal = first.fault === undefined ? onDemand.renew(first.snapshot.head) : undefined;
    if (renewal === undefined) return { ...first, renewed: false };
    await withTimeout<unknown>(Math.min(renewal.waitMs, left()), sleep, renewal.poll, () => undefined);
    for (const [event, fields] of onDemand.takeLines()) log(event, fields);
    const second = await reader.read({ fresh: true, patienceMs: left() });
    return { ...second, renewed: second.snapshot.head.report.attemptedAt !== first.snapshot.head.report.attemptedAt };
  };
}
