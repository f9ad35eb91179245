import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { KeyReadings } from '../domain/agentKey.ts';
import { ageSeconds } from '../domain/freshness.ts';
import type { Head } from '../domain/head.ts';
import { isoTime, type SingleAnswer, singleAnswer, singleFailure } from '../domain/record.ts';
import type { AnsweredAgent, PresenceView } from '../domain/view.ts';
import { json } from './answers.ts';
import { conditional, weakEtag } from './etag.ts';
import type { ListFilter } from './presenceQuery.ts';

/** Opaque to clients: tells one published state from every other, also after the table was rebuilt. */
export function revisionText(head: Head): string {
  return `${head.epoch.slice(0, 8) || '0'}-${head.revision.toString(36)}`;
}

function selected(view: PresenceView, { group, reachable, agents }: ListFilter): readonly AnsweredAgent[] {
  if (group === undefined && !reachable && agents === undefined) return view.entries;
  const candidates =
    agents === undefined
      ? view.entries
      : [...new Set(agents)].flatMap(value => {
          const [position] = view.index.find([{ kind: 'agentId', value }]).positions;
          return position === undefined ? [] : (view.entries[position] ?? []);
        });
  return candidates.filter(
    ({ record }) => (group === undefined || record.group === group) && (!reachable || record.reachable === 1),
  );
}

/** The list in the ACD's own envelope. Its records were serialised when they changed, not now. */
export function listAnswer(
  request: HttpRequest,
  view: PresenceView,
  filter: ListFilter,
  now: number,
): HttpResponseInit {
  const entries = selected(view, filter);
  const { count, reachableCount, firstReachable, ...own } = view.summary(entries);
  // With nobody left the filter's answer is as old as what it was filtered from.
  const { checkedAt, stale } = count === 0 ? view.summary() : own;
  const orderBy = filter.agents === undefined ? 'agentId' : 'agents';
  const envelope = {
    ...{ status: 200, count, orderBy, ascending: 1, revision: revisionText(view.head) },
    ...{ checkedAt: isoTime(checkedAt), ageSeconds: ageSeconds(checkedAt, now) },
    ...{ stale, reachableCount, firstReachable },
  };
  const lasting = { ...envelope, checkedAt: '', ageSeconds: 0 };
  const etag = weakEtag(JSON.stringify(lasting), view.digest(entries));
  return conditional(request, etag, envelope.ageSeconds, () =>
    json(200, `${JSON.stringify(envelope).slice(0, -1)},"records":[${view.json(entries)}]}`),
  );
}

/** One agent by key: found, nobody, or several. */
export function oneAnswer(request: HttpRequest, view: PresenceView, key: KeyReadings, now: number): HttpResponseInit {
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
  const answer = singleAnswer(entry.record, matchedBy, view.checkedAt(entry), now);
  return conditional(request, weakEtag(entry.json, matchedBy), answer.ageSeconds, () => single(answer));
}

function single(answer: SingleAnswer & { count?: number; agentIds?: string }): HttpResponseInit {
  return json(answer.status, JSON.stringify(answer));
}
