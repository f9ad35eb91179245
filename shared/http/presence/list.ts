import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { KeyReadings } from '../../domain/agents/lookupKey.ts';
import { nextChange } from '../../domain/snapshot/changeFeed.ts';
import { cursorText, isExpired, type SentCursor } from '../../domain/snapshot/cursor.ts';
import { shardStatus } from '../../domain/snapshot/head.ts';
import { isoTime, type SingleAnswer, singleAnswer, singleFailure } from '../../domain/snapshot/record.ts';
import { changedSince, type KnownRevision, revisionText } from '../../domain/snapshot/revision.ts';
import type { Snapshot, SnapshotEntry } from '../../domain/snapshot/snapshot.ts';
import { comparable } from '../../lib/cleanText.ts';
import { weakEtag, withEtag } from '../etag.ts';
import { type Failure, json } from '../response.ts';
import { asksForOne, type ListFilter, type PresenceQuery, sentCursor } from './query.ts';

/** Whom a list is about, whether or not they are reachable. */
function candidatesOf(view: Snapshot, { group, agents }: ListFilter): readonly SnapshotEntry[] {
  if (group === undefined && agents === undefined) return view.entries;
  const asked =
    agents === undefined
      ? view.entries
      : [...new Set(agents)].flatMap(value => {
          const [position] = view.index.find([{ kind: 'agentId', value }]).positions;
          return position === undefined ? [] : (view.entries[position] ?? []);
        });
  return asked.filter(({ record }) => group === undefined || comparable(record.group) === comparable(group));
}

interface Delta {
  readonly entries: readonly SnapshotEntry[];
  /** Agents who fitted the filter before and do so no longer, as far as the client may know them. */
  readonly removed: readonly string[];
  readonly full: 0 | 1;
}

/** What a client that knows a revision has to be told; everything when that is not enough. */
function deltaOf(
  view: Snapshot,
  known: KnownRevision,
  candidates: readonly SnapshotEntry[],
  isSelected: (entry: SnapshotEntry) => boolean,
): Delta {
  const isChanged = changedSince(view, known);
  if (isChanged === undefined) return { entries: candidates.filter(isSelected), removed: [], full: 1 };
  const changed = candidates.filter(isChanged);
  const removed = changed.filter(entry => !isSelected(entry)).map(({ record }) => record.agentId);
  return { entries: changed.filter(isSelected), removed, full: 0 };
}

/** The list in the ACD's own envelope. Its records were serialised when they changed, not now. */
export function listAnswer(request: HttpRequest, view: Snapshot, filter: ListFilter, now: number): HttpResponseInit {
  const candidates = candidatesOf(view, filter);
  const isSelected = ({ record }: SnapshotEntry) => !filter.reachable || record.reachable === 1;
  const selected = filter.reachable ? candidates.filter(isSelected) : candidates;
  const { count, reachableCount, firstReachable, ...own } = view.summary(now, selected);
  // With nobody left the filter's answer is as old as what it was filtered from.
  const { checkedAt, stale, ageSeconds } = count === 0 ? view.summary(now) : own;
  const delta = filter.changedSince && deltaOf(view, filter.changedSince, candidates, isSelected);
  const entries = delta?.entries ?? selected;
  const orderBy = filter.agents === undefined ? 'agentId' : 'agents';
  const envelope = {
    ...{ status: 200, count: entries.length, orderBy, ascending: 1, revision: revisionText(view) },
    ...{ checkedAt: isoTime(checkedAt), ageSeconds },
    ...{ stale, reachableCount, firstReachable },
    ...(delta && { full: delta.full, removed: delta.removed }),
  };
  const lasting = { ...envelope, checkedAt: '', ageSeconds: 0 };
  const etag = weakEtag(JSON.stringify(lasting), view.digest(entries));
  return withEtag(request, etag, envelope.ageSeconds, () =>
    json(200, `${JSON.stringify(envelope).slice(0, -1)},"records":[${view.json(entries)}]}`),
  );
}

/** One agent by key: found, nobody, or several. */
export function oneAnswer(request: HttpRequest, view: Snapshot, key: KeyReadings, now: number): HttpResponseInit {
  const { matchedBy, positions } = view.index.find(key);
  const [position, ...others] = positions;
  const entry = position === undefined ? undefined : view.entries[position];
  if (entry === undefined) {
    return single(singleFailure(404, 'not_mapped', 'No agent has this key. Upload the agent, or check the key.'));
  }
  if (others.length > 0) {
    const agentIds = positions.map(index => view.entries[index]?.record.agentId ?? '').join(',');
    const message = `${positions.length} agents have this key. Ask by agentId.`;
    return single({ ...singleFailure(300, 'several_agents', message), count: positions.length, agentIds });
  }
  const answer = singleAnswer(entry.record, matchedBy, seenOf(view, entry, now));
  const found = withEtag(request, weakEtag(entry.json, matchedBy), answer.ageSeconds, () => single(answer));
  // Leads from what the ACD was told to Microsoft's own log of the request that it came from.
  const { requestId } = shardStatus(view.head, entry.shard);
  return requestId === '' ? found : { ...found, headers: { ...found.headers, 'x-graph-request-id': requestId } };
}

function seenOf(view: Snapshot, entry: SnapshotEntry, now: number) {
  return { checkedAt: view.checkedAt(entry), ageSeconds: view.ageSeconds(entry, now) };
}

/** For a client that may not know of all removals any more: it starts anew, and forgets whom it knows. */
function expiredAnswer(): HttpResponseInit {
  const message = 'This cursor is too old. Forget all agents and start anew with an empty cursor.';
  return json(
    200,
    JSON.stringify({ ...singleFailure(200, 'cursor_expired', message), cursor: '', more: 1, removed: 0 }),
  );
}

/** The next change, flat: for a client that cannot walk a list. */
export function nextAnswer(view: Snapshot, sent: SentCursor | undefined, now: number): HttpResponseInit {
  if (sent !== undefined && isExpired(sent, now)) return expiredAnswer();
  const { change, cursor, more } = nextChange(view, sent?.cursor);
  const place = { cursor: cursorText(cursor, now), more: more ? 1 : 0, removed: change?.kind === 'removed' ? 1 : 0 };
  if (change?.kind === 'record') {
    const { entry } = change;
    return json(200, JSON.stringify({ ...singleAnswer(entry.record, '', seenOf(view, entry, now)), ...place }));
  }
  // With nothing new the answer says how the whole list is: a loop must see an outage.
  const { checkedAt, ageSeconds, stale, known } = view.summary(now);
  const whole = { checkedAt: isoTime(checkedAt), ageSeconds, stale, known };
  return json(
    200,
    JSON.stringify({ ...singleFailure(200, '', ''), agentId: change?.agentId ?? '', ...whole, ...place }),
  );
}

/** The answer to what was asked for. */
export function presenceAnswer(
  request: HttpRequest,
  view: Snapshot,
  query: PresenceQuery,
  now: number,
): HttpResponseInit {
  if ('next' in query) return nextAnswer(view, query.next, now);
  return 'key' in query ? oneAnswer(request, view, query.key, now) : listAnswer(request, view, query.filter, now);
}

/** A failure in the shape of what was asked for; a client of `next` goes on where it was. */
export function presenceFailure(failed: Failure, request: HttpRequest): unknown {
  const cursor = sentCursor(request);
  if (cursor === undefined && !asksForOne(request)) return failed;
  const single = singleFailure(failed.status, failed.error, failed.message);
  return cursor === undefined ? single : { ...single, cursor, more: 0, removed: 0 };
}

function single(answer: SingleAnswer & { count?: number; agentIds?: string }): HttpResponseInit {
  return json(answer.status, JSON.stringify(answer));
}
