import { type Agent, NO_SHARD } from '../../shared/domain/agents/agent.ts';
import type { Freshness } from '../../shared/domain/presence/freshness.ts';
import type { PresenceRow, TeamsPresence } from '../../shared/domain/presence/teamsPresence.ts';
import { judge, type RuleDecision } from '../../shared/domain/rules/evaluate.ts';
import { DEFAULT_RULES, type RuleSet } from '../../shared/domain/rules/ruleSet.ts';

/** What the rules make of somebody. */
export function judged(
  who: Agent,
  seen: PresenceRow | undefined,
  age: Freshness,
  { table = DEFAULT_RULES, now = 0 }: { table?: RuleSet; now?: number } = {},
): RuleDecision {
  return judge(who, seen, age, table.compiled, now);
}

/** A GUID that is told apart by its number. */
export function guid(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

export function presence(
  availability: string,
  activity = availability,
  rest: Partial<TeamsPresence> = {},
): TeamsPresence {
  return { availability, activity, outOfOffice: false, sequence: '', ...rest };
}

export function row(index: number, seen: TeamsPresence, rest: Partial<PresenceRow> = {}): PresenceRow {
  return { userId: guid(index), ...seen, changedAt: 1, availableSince: 0, observedAt: 1, revision: 1, ...rest };
}

export function agent(index: number, rest: Partial<Agent> = {}): Agent {
  const shard = rest.shard ?? 0;
  return {
    agentId: String(1000 + index),
    email: `person${index}@contoso.com`,
    userId: '',
    number: '',
    number2: '',
    number3: '',
    numberE164: '',
    numberKeys: '',
    displayName: `Person ${index}`,
    group: 'support',
    account: shard === NO_SHARD ? 'not-in-directory' : 'mapped',
    objectId: shard === NO_SHARD ? '' : guid(index),
    userPrincipalName: `person${index}@contoso.com`,
    mail: `person${index}@contoso.com`,
    directoryName: `Person ${index}`,
    origin: 'list',
    line: 0,
    resolvedBy: shard === NO_SHARD ? '' : 'upn',
    ambiguous: false,
    aliases: '',
    directoryNumbers: '',
    removedIn: '',
    removedAt: 0,
    ...rest,
    shard,
  };
}
