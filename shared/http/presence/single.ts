import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { KeyReadings } from '../../domain/agents/lookupKey.ts';
import { shardStatus } from '../../domain/snapshot/head.ts';
import { singleAnswer, singleFailure } from '../../domain/snapshot/record.ts';
import type { Snapshot, SnapshotEntry } from '../../domain/snapshot/snapshot.ts';
import type { AnswerOf } from '../contract/answerOf.ts';
import type { severalSchema, singleSchema } from '../contract/schemas/presence.ts';
import { weakEtag, withEtag } from '../etag.ts';
import { type AgedAnswer, json } from '../response.ts';

/** One agent by key: found, nobody, or several. */
export function oneAnswer(request: HttpRequest, snapshot: Snapshot, key: KeyReadings, now: number): AgedAnswer {
  const { matchedBy, positions } = snapshot.index.find(key);
  const [position, ...others] = positions;
  const entry = position === undefined ? undefined : snapshot.entries[position];
  if (entry === undefined) {
    const nobody = singleFailure(404, 'not_mapped', 'No agent has this key. Upload the agent, or check the key.');
    return { answer: single(nobody), ageSeconds: snapshot.summary(now).ageSeconds };
  }
  if (others.length > 0) {
    const agentIds = positions.map(index => snapshot.entries[index]?.record.agentId ?? '').join(',');
    const message = `${positions.length} agents have this key. Ask by agentId.`;
    const several = { ...singleFailure(300, 'several_agents', message), count: positions.length, agentIds };
    return { answer: single(several), ageSeconds: snapshot.summary(now).ageSeconds };
  }
  const body = singleAnswer(entry.record, matchedBy, seenOf(snapshot, entry, now));
  const { ageSeconds } = body;
  const found = withEtag(request, weakEtag(entry.json, matchedBy), ageSeconds, () => single(body));
  // Leads from what the ACD was told to Microsoft's own log of the request that it came from.
  const { requestId } = shardStatus(snapshot.head, entry.shard);
  const headers = { ...found.headers, ...(requestId !== '' && { 'x-graph-request-id': requestId }) };
  return { answer: { ...found, headers }, ageSeconds };
}

/** When what is known of somebody was read. */
export function seenOf(snapshot: Snapshot, entry: SnapshotEntry, now: number) {
  return { checkedAt: snapshot.checkedAt(entry), ageSeconds: snapshot.ageSeconds(entry, now) };
}

function single(answer: AnswerOf<typeof singleSchema> | AnswerOf<typeof severalSchema>): HttpResponseInit {
  return json(answer.status, JSON.stringify(answer));
}
