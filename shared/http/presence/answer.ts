import type { HttpRequest } from '@azure/functions';
import { singleFailure } from '../../domain/snapshot/record.ts';
import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import type { AgedAnswer, Failure } from '../response.ts';
import { listAnswer } from './list.ts';
import { nextAnswer } from './next.ts';
import { asksForOne, type PresenceQuery, sentCursor } from './query.ts';
import { oneAnswer } from './single.ts';

/** The answer to what was asked for. */
export function presenceAnswer(
  request: HttpRequest,
  snapshot: Snapshot,
  query: PresenceQuery,
  now: number,
): AgedAnswer {
  if ('next' in query) return nextAnswer(snapshot, query.next, now);
  return 'key' in query
    ? oneAnswer(request, snapshot, query.key, now)
    : listAnswer(request, snapshot, query.filter, now);
}

/** A failure in the shape of what was asked for; a client of `next` goes on where it was. */
export function presenceFailure(failed: Failure, request: HttpRequest): unknown {
  const cursor = sentCursor(request);
  if (cursor === undefined && !asksForOne(request)) return failed;
  const single = singleFailure(failed.status, failed.error, failed.message);
  return cursor === undefined ? single : { ...single, cursor, more: 0, removed: 0 };
}
