import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { CountryCode } from 'libphonenumber-js/min';
import * as z from 'zod';
import { judge } from '../../domain/rules/evaluate.ts';
import { explain } from '../../domain/rules/explain.ts';
import { shardStatus } from '../../domain/snapshot/head.ts';
import { isoTime } from '../../domain/snapshot/record.ts';
import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import { readKey } from '../presence/query.ts';
import { readQuery } from '../query.ts';
import { json, RequestError } from '../response.ts';

const explainQuery = { key: z.string() };

/** Everything that made the answer for one agent what it is. @throws RequestError 300, 400, 404 */
export function explainAnswer(
  request: HttpRequest,
  view: Snapshot,
  country: CountryCode,
  now: number,
): HttpResponseInit {
  const { key } = readQuery(request, explainQuery, 'Say which agent: ?key=');
  const { matchedBy, positions } = view.index.find(readKey(key, country));
  const [position = -1, ...others] = positions;
  const [agent, entry] = [view.index.agents[position], view.entries[position]];
  if (agent === undefined || entry === undefined) {
    throw new RequestError(404, 'not_mapped', 'No agent has this key. Upload the agent, or check the key.');
  }
  if (others.length > 0) {
    throw new RequestError(300, 'several_agents', `${positions.length} agents have this key. Ask by agentId.`);
  }
  const { reading, shard, freshness } = entry;
  const judgement = judge(agent, reading, freshness, view.rules.compiled, now);
  const { result, settlesAt } = judgement;
  const stamp = shardStatus(view.head, shard);
  return json(
    200,
    JSON.stringify({
      status: 200,
      agentId: agent.agentId,
      matchedBy,
      group: agent.group,
      rule: result.rule,
      ...explain(judgement, view.rules.compiled),
      telStatus: result.telStatus,
      reachable: result.reachable,
      agentStatus: result.agentStatus,
      rules: view.rules.preset || 'own',
      settleSecondsLeft: Math.max(0, Math.ceil((settlesAt - now) / 1_000)),
      teamsAvailability: reading?.availability ?? '',
      teamsActivity: reading?.activity ?? '',
      outOfOffice: reading?.outOfOffice ? 1 : 0,
      sequence: reading?.sequence ?? '',
      changedAt: isoTime(reading?.changedAt ?? 0),
      availableSince: isoTime(reading?.availableSince ?? 0),
      checkedAt: isoTime(view.checkedAt(entry)),
      ageSeconds: view.ageSeconds(entry, now),
      attemptedAt: isoTime(stamp.attemptedAt),
      notBefore: isoTime(stamp.notBefore),
      freshness,
      shard,
      signIn: stamp.signIn,
      account: agent.account,
      resolvedBy: agent.resolvedBy,
      origin: agent.origin,
      line: agent.line,
      userId: agent.objectId,
      userPrincipalName: agent.userPrincipalName,
      mail: agent.mail,
      aliases: agent.aliases.join(' '),
      directoryNumbers: agent.directoryNumbers.join(' '),
      numberKeys: [...new Set(agent.numberKeys)].join(' '),
      directorySyncedAt: isoTime(view.head.directory.succeededAt),
    }),
  );
}
