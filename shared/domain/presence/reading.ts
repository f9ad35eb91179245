import { credible, isFromFuture } from './freshness.ts';
import {
  isAvailable,
  isInCall,
  isInMeeting,
  samePresence,
  saysNothingOfCalls,
  type TeamsPresence,
} from './teamsPresence.ts';

/** What Teams last said of one person. Times are milliseconds since 1970, UTC; 0 is never. */
export interface Reading extends TeamsPresence {
  /** When availability, activity or out-of-office last became different. */
  readonly changedAt: number;
  /** Since when the person is continuously Available or AvailableIdle; 0 when they are not, or nobody knows. */
  readonly availableSince: number;
  /**
   * Since a call Teams has shown nothing but a meeting, or what says nothing of calls: it shows some calls as a meeting
   * after a while.
   */
  readonly afterCall: boolean;
  /** The instant before the request was sent that brought this; the shard may have been read again since. */
  readonly seenAt: number;
  /** The revision that published it. */
  readonly revision: number;
}

type Observation = 'unchanged' | 'outdated' | 'changed';

/**
 * Holds one answer of Graph against what is known.
 * The request that was sent later wins, whatever its version stamp says; the stamp decides only between two requests
 * of the same instant.
 *
 * @param lastSeenAt when the reading was last confirmed
 * @param sentAt the instant before the request was sent
 */
export function compareReading(
  known: Reading | undefined,
  lastSeenAt: number,
  seen: TeamsPresence,
  sentAt: number,
): Observation {
  if (known === undefined) return 'changed';
  if (sentAt < lastSeenAt) return 'outdated';
  if (sentAt === lastSeenAt && seen.sequence < known.sequence) return 'outdated';
  const timesAreSane = [known.changedAt, known.availableSince, known.seenAt].every(time => !isFromFuture(time, sentAt));
  return timesAreSane && samePresence(known, seen) ? 'unchanged' : 'changed';
}

function followsCall(known: Reading | undefined, seen: TeamsPresence): boolean {
  if (known === undefined || !(isInMeeting(seen) || saysNothingOfCalls(seen))) return false;
  return isInCall(known) || known.afterCall;
}

/** What is known after an answer that changes it. */
export function newReading(known: Reading | undefined, seen: TeamsPresence, sentAt: number, revision: number): Reading {
  // Nobody knows since when somebody is free who was never seen before: nothing has to settle.
  const before = known === undefined ? 0 : sentAt;
  const since = known !== undefined && isAvailable(known) ? known.availableSince : before;
  const same = known !== undefined && samePresence(known, seen) && !isFromFuture(known.changedAt, sentAt);
  return {
    availability: seen.availability,
    activity: seen.activity,
    outOfOffice: seen.outOfOffice,
    sequence: seen.sequence,
    changedAt: same ? known.changedAt : sentAt,
    availableSince: isAvailable(seen) ? credible(since, sentAt) || (since === 0 ? 0 : sentAt) : 0,
    afterCall: followsCall(known, seen),
    seenAt: sentAt,
    revision,
  };
}
