import type { HttpResponseInit } from '@azure/functions';
import { isOfLostAgents, nextChange } from '../../domain/snapshot/changeFeed.ts';
import { cursorText, isExpired, type SentCursor } from '../../domain/snapshot/cursor.ts';
import { isoTime, singleAnswer, singleFailure } from '../../domain/snapshot/record.ts';
import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import type { AnswerOf } from '../contract/answerOf.ts';
import type { nextSchema } from '../contract/schemas/presence.ts';
import { type AgedAnswer, json } from '../response.ts';
import { seenOf } from './single.ts';

/** One change as it goes out. */
function said(change: AnswerOf<typeof nextSchema>): HttpResponseInit {
  return json(200, JSON.stringify(change));
}

/** For a client that may not know of all removals any more: it starts anew, and forgets whom it knows. */
function expiredAnswer(): HttpResponseInit {
  const message = 'This cursor is too old. Forget all agents and start anew with an empty cursor.';
  return said({ ...singleFailure(200, 'cursor_expired', message), cursor: '', more: 1, removed: 0 });
}

/** The next change, flat: for a client that cannot walk a list. */
export function nextAnswer(snapshot: Snapshot, sent: SentCursor | undefined, now: number): AgedAnswer {
  const { checkedAt, ageSeconds, stale, known } = snapshot.summary(now);
  const isTooOld = sent !== undefined && (isExpired(sent, now) || isOfLostAgents(snapshot, sent.cursor));
  if (isTooOld) return { answer: expiredAnswer(), ageSeconds };
  const { change, cursor, more } = nextChange(snapshot, sent?.cursor);
  const place = {
    cursor: cursorText(cursor, now),
    more: more ? 1 : 0,
    removed: change?.kind === 'removed' ? 1 : 0,
  } as const;
  if (change?.kind === 'record') {
    const { entry } = change;
    const record = singleAnswer(entry.record, '', seenOf(snapshot, entry, now));
    return { answer: said({ ...record, ...place }), ageSeconds: record.ageSeconds };
  }
  // With nothing new the answer says how the whole list is: a loop must see an outage.
  const whole = { checkedAt: isoTime(checkedAt), ageSeconds, stale, known };
  const nothing = { ...singleFailure(200, '', ''), agentId: change?.agentId ?? '', ...whole, ...place };
  return { answer: said(nothing), ageSeconds };
}
