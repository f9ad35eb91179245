import type { HttpRequest } from '@azure/functions';
import { inGroup } from '../../domain/agents/agent.ts';
import { isoTime } from '../../domain/snapshot/record.ts';
import { changedSince, type KnownRevision, revisionText } from '../../domain/snapshot/revision.ts';
import type { Snapshot, SnapshotEntry } from '../../domain/snapshot/snapshot.ts';
import type { AnswerOf } from '../contract/answerOf.ts';
import type { listSchema } from '../contract/schemas/presence.ts';
import { weakEtag, withEtag } from '../etag.ts';
import { type AgedAnswer, json } from '../response.ts';
import type { ListFilter } from './query.ts';

/** Whom a list is about, whether or not they are reachable. */
function candidatesOf(snapshot: Snapshot, { group, agents }: ListFilter): readonly SnapshotEntry[] {
  if (group === undefined && agents === undefined) return snapshot.entries;
  const asked =
    agents === undefined
      ? snapshot.entries
      : [...new Set(agents)].flatMap(value => {
          const [position] = snapshot.index.find([{ kind: 'agentId', value }]).positions;
          return position === undefined ? [] : (snapshot.entries[position] ?? []);
        });
  if (group === undefined) return asked;
  const isMeant = inGroup(group);
  return asked.filter(({ record }) => isMeant(record));
}

interface Delta {
  readonly entries: readonly SnapshotEntry[];
  /** Agents who fitted the filter before and do so no longer, as far as the client may know them. */
  readonly removed: readonly string[];
  readonly full: 0 | 1;
}

/** What a client that knows a revision has to be told; everything when that is not enough. */
function deltaOf(
  snapshot: Snapshot,
  known: KnownRevision,
  candidates: readonly SnapshotEntry[],
  isSelected: (entry: SnapshotEntry) => boolean,
): Delta {
  const isChanged = changedSince(snapshot, known);
  if (isChanged === undefined) return { entries: candidates.filter(isSelected), removed: [], full: 1 };
  const changed = candidates.filter(isChanged);
  const removed = changed.filter(entry => !isSelected(entry)).map(({ record }) => record.agentId);
  return { entries: changed.filter(isSelected), removed, full: 0 };
}

/** The list in the ACD's own envelope. Its records were serialised when they changed, not now. */
export function listAnswer(request: HttpRequest, snapshot: Snapshot, filter: ListFilter, now: number): AgedAnswer {
  const candidates = candidatesOf(snapshot, filter);
  const isSelected = ({ record }: SnapshotEntry) => !filter.reachable || record.reachable === 1;
  const selected = filter.reachable ? candidates.filter(isSelected) : candidates;
  const { count, reachableCount, firstReachable, ...own } = snapshot.summary(now, selected);
  // With nobody left the filter's answer is as old as what it was filtered from.
  const { checkedAt, stale, ageSeconds } = count === 0 ? snapshot.summary(now) : own;
  const delta = filter.changedSince && deltaOf(snapshot, filter.changedSince, candidates, isSelected);
  const entries = delta?.entries ?? selected;
  const orderBy = filter.agents === undefined ? 'agentId' : 'agents';
  const envelope = {
    status: 200,
    count: entries.length,
    orderBy,
    ascending: 1,
    revision: revisionText(snapshot),
    checkedAt: isoTime(checkedAt),
    ageSeconds,
    stale,
    reachableCount,
    firstReachable,
    ...(delta && { full: delta.full, removed: delta.removed }),
  } satisfies Omit<AnswerOf<typeof listSchema>, 'records'>;
  const lasting = { ...envelope, checkedAt: '', ageSeconds: 0 };
  const etag = weakEtag(JSON.stringify(lasting), snapshot.digest(entries));
  const answer = withEtag(request, etag, ageSeconds, () =>
    json(200, `${JSON.stringify(envelope).slice(0, -1)},"records":[${snapshot.json(entries)}]}`),
  );
  return { answer, ageSeconds };
}
