import type { HttpResponseInit } from '@azure/functions';
import type { Agent } from '../../domain/agents/agent.ts';
import { nameOf } from '../../domain/agents/findByName.ts';
import { accountProblem, type Problem, problemMessage } from '../../domain/agents/problem.ts';
import { isAvailable } from '../../domain/presence/teamsPresence.ts';
import { explain } from '../../domain/rules/explain.ts';
import { judge } from '../../domain/rules/judge.ts';
import { type Head, shardStatus } from '../../domain/snapshot/head.ts';
import { isoTime } from '../../domain/snapshot/record.ts';
import type { Snapshot, SnapshotEntry } from '../../domain/snapshot/snapshot.ts';
import { describeFault } from '../../errors/errors.ts';
import type { AnswerOf } from '../contract/answerOf.ts';
import type { explanationSchema } from '../contract/schemas/rules.ts';
import { json, RequestError } from '../response.ts';
import type { FoundAgent } from './findAgent.ts';

const HOUR_MS = 3_600_000;

const GRAPH_REJECTED = 'graph_rejected';
const SEVERAL = 'several people in the directory fit the row of the agent';

interface ExplainMoment {
  readonly now: number;
  readonly suspiciousAfterMs: number;
  /** The timer polls more often than that, whatever its schedule. */
  readonly staleAfterMs: number;
  /** Why the tables could not be read; undefined when they were. */
  readonly tableFault: unknown;
}

/** What kept this person's shard from being read when it was asked for last; undefined when it was read. */
function pollFault({ shards, report: { faults } }: Head, { shard }: SnapshotEntry): string | undefined {
  const code = shards[shard]?.fault ?? '';
  if (code === '') return undefined;
  return faults.find(fault => fault.code === code)?.message ?? 'the last attempt failed, and has not been repeated';
}

/** Why nobody asked Teams, or not for this person. */
function silence({ report: { attemptedAt } }: Head, { reading }: SnapshotEntry, { now, staleAfterMs }: ExplainMoment) {
  const isPolled = attemptedAt === 0 || now - attemptedAt < staleAfterMs;
  if (reading === undefined && isPolled) return 'the next poll does';
  return 'nothing has polled since then, the timer may have stopped';
}

/** What happened, without what an administrator sets because of it. */
function firstSentence(message: string): string {
  return /^.*?[.!?](?=\s|$)/.exec(message)?.[0] ?? message;
}

/** Why what is known is as old as it is; empty while it is fresh. */
function causeOf(snapshot: Snapshot, entry: SnapshotEntry, moment: ExplainMoment): string {
  const { now, tableFault } = moment;
  if (!entry.polled)
    return tableFault === undefined ? '' : `${firstSentence(describeFault(tableFault).message)} This is the last copy.`;
  if (entry.freshness === 'fresh' && tableFault === undefined) return '';
  const since = `Teams has not been read for ${snapshot.ageSeconds(entry, now)} s`;
  const seen = entry.reading === undefined ? 'Teams has not been read for this person yet' : since;
  const why = tableFault === undefined ? pollFault(snapshot.head, entry) : describeFault(tableFault).message;
  return `${seen}: ${why === undefined ? silence(snapshot.head, entry, moment) : firstSentence(why)}`;
}

/** Why nobody can be read for a row, where it stands and what was looked for. */
function accountHint(problem: Problem, agent: Agent): string {
  const keys = [agent.email, agent.userId, agent.number, agent.number2, agent.number3]
    .filter(key => key !== '')
    .join(', ');
  const place = agent.line > 0 ? ` (line ${agent.line} of the file)` : '';
  const isRowAtFault = !['pending', 'account-disabled'].includes(problem);
  return [
    problemMessage(problem, agent),
    isRowAtFault && keys !== '' ? `It was looked for ${keys}${place}.` : '',
    isRowAtFault ? 'Correct the row and upload it again.' : '',
  ]
    .filter(sentence => sentence !== '')
    .join(' ');
}

/** What a person should look at, beside what the rules say. */
function hintOf(
  agent: Agent,
  { reading, freshness }: SnapshotEntry,
  { report }: Head,
  { now, suspiciousAfterMs }: ExplainMoment,
): string {
  const problem = accountProblem(agent);
  if (problem !== undefined) return accountHint(problem, agent);
  const isLeftOut = reading?.availability === '' && reading.activity === '';
  if (isLeftOut && report.faults.some(({ code }) => code === GRAPH_REJECTED)) {
    return 'Microsoft Graph may not take the id of this person: check that the account still exists.';
  }
  // While Teams is not read nobody knows that nothing changed.
  const isSeen = reading !== undefined && isAvailable(reading) && freshness === 'fresh';
  const age = isSeen ? now - reading.changedAt : 0;
  if (suspiciousAfterMs === 0 || age < suspiciousAfterMs) return '';
  const hours = Math.floor(age / HOUR_MS);
  return `Available for ${hours} h without any change: the status may be set by hand, which hides calls. Ask the person to use "Reset status" in Teams.`;
}

/** Everything that made the answer for one agent what it is. @throws RequestError 404 */
export function explainAnswer(snapshot: Snapshot, found: FoundAgent, moment: ExplainMoment): HttpResponseInit {
  const { now } = moment;
  const { position, matchedBy } = found;
  const [agent, entry] = [snapshot.index.agents[position], snapshot.entries[position]];
  if (agent === undefined || entry === undefined) {
    throw new RequestError(404, 'not_mapped', 'There is no such agent any more.');
  }
  const { reading, shard, freshness } = entry;
  const decision = judge(agent, reading, freshness, snapshot.rules.compiled, now);
  const { result, settlesAt } = decision;
  const polled = shardStatus(snapshot.head, shard);
  const explained = explain(decision, snapshot.rules.compiled);
  const body = {
    status: 200,
    agentId: agent.agentId,
    displayName: nameOf(agent),
    matchedBy,
    group: agent.group,
    rule: result.rule,
    ...explained,
    ...(agent.ambiguous && result.rule === 'not-in-directory' && { why: SEVERAL }),
    cause: causeOf(snapshot, entry, moment),
    hint: hintOf(agent, entry, snapshot.head, moment),
    telStatus: result.telStatus,
    reachable: result.reachable,
    known: result.known,
    agentStatus: result.agentStatus,
    rules: snapshot.rules.preset || 'own',
    settleSecondsLeft: Math.max(0, Math.ceil((settlesAt - now) / 1_000)),
    teamsAvailability: reading?.availability ?? '',
    teamsActivity: reading?.activity ?? '',
    outOfOffice: reading?.outOfOffice ? 1 : 0,
    sequence: reading?.sequence ?? '',
    changedAt: isoTime(reading?.changedAt ?? 0),
    availableSince: isoTime(reading?.availableSince ?? 0),
    checkedAt: isoTime(snapshot.checkedAt(entry)),
    ageSeconds: snapshot.ageSeconds(entry, now),
    attemptedAt: isoTime(polled.attemptedAt),
    notBefore: isoTime(polled.notBefore),
    freshness,
    shard,
    signIn: polled.signIn,
    requestId: polled.requestId,
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
    directorySyncedAt: isoTime(snapshot.head.directory.succeededAt),
  } satisfies AnswerOf<typeof explanationSchema>;
  return json(200, JSON.stringify(body));
}
