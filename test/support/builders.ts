import { type Agent, type AgentEntry, agentEntry, EMPTY_ENTRY } from '../../shared/domain/agents/agent.ts';
import type { Freshness } from '../../shared/domain/presence/freshness.ts';
import type { Reading } from '../../shared/domain/presence/reading.ts';
import type { TeamsPresence } from '../../shared/domain/presence/teamsPresence.ts';
import { judge, type RuleDecision } from '../../shared/domain/rules/judge.ts';
import { DEFAULT_RULES, type RuleSet } from '../../shared/domain/rules/ruleSet.ts';
import type { Credentials, Secret } from '../../shared/domain/signIn/credentials.ts';
import { UNKNOWN_EXPIRY } from '../../shared/domain/signIn/expiry.ts';

/** What the rules make of somebody. */
export function judged(
  who: Agent,
  seen: Reading | undefined,
  freshness: Freshness,
  { table = DEFAULT_RULES, now = 0 }: { table?: RuleSet; now?: number } = {},
): RuleDecision {
  return judge(who, seen, freshness, table.compiled, now);
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

export function reading(seen: TeamsPresence, rest: Partial<Reading> = {}): Reading {
  return { ...seen, changedAt: 1, availableSince: 0, afterCall: false, seenAt: 1, revision: 1, ...rest };
}

/** The same as a row of the administrator's file. */
export function entry(index: number, rest: Partial<AgentEntry> = {}): AgentEntry {
  return { ...agentEntry(agent(index)), ...rest };
}

export function agent(index: number, rest: Partial<Agent> = {}): Agent {
  const isFound = (rest.account ?? 'mapped') === 'mapped';
  return {
    ...EMPTY_ENTRY,
    agentId: String(1000 + index),
    email: `person${index}@contoso.com`,
    numberE164: '',
    numberKeys: [],
    foundByNumber: '',
    emailOwner: '',
    displayName: `Person ${index}`,
    group: 'support',
    account: 'mapped',
    objectId: isFound ? guid(index) : '',
    userPrincipalName: `person${index}@contoso.com`,
    mail: `person${index}@contoso.com`,
    directoryName: `Person ${index}`,
    origin: 'list',
    line: 0,
    resolvedBy: isFound ? 'upn' : '',
    ambiguous: false,
    aliases: [],
    directoryNumbers: [],
    ...rest,
  };
}

export const secret = (value: string, version = '1', expiresAt?: number): Secret => ({ value, version, expiresAt });

/** The five values of the guide, as the vault gives them. */
export const FIVE = {
  tenantId: secret(guid(1)),
  clientId: secret(guid(2)),
  clientSecret: secret('canary~secret', '1', 9_000),
  userEmail: secret('reader@contoso.com'),
  userPassword: secret('pass word'),
};

/** Credentials of the application with a secret, and of a user unless another is given. */
export function credentials(rest: Partial<Credentials> = {}): Credentials {
  return {
    tenantId: 't',
    clientId: 'c',
    proof: { kind: 'secret', secret: 'secret of the application' },
    user: { email: 'reader@contoso.com', password: 'secret of the user' },
    version: '1',
    passwordVersion: '1',
    secretExpiry: UNKNOWN_EXPIRY,
    passwordExpiry: UNKNOWN_EXPIRY,
    ...rest,
  };
}
