/** One row of the administrator's file: who the ACD calls by which id. Absent fields are empty. */
export interface AgentEntry {
  readonly agentId: string;
  readonly email: string;
  /** Entra object id in lower case, when the file names it. */
  readonly userId: string;
  readonly number: string;
  readonly number2: string;
  readonly number3: string;
  readonly displayName: string;
  readonly group: string;
}

/**
 * How the directory knows an agent. `pending` is not looked up yet; `parked` is a row of the uploaded list that stands
 * for nobody of the source in use; `removed` is who was an agent until lately, kept by agentId alone for clients that
 * have to be told.
 */
export const ACCOUNT_STATES = [
  'mapped',
  'account-disabled',
  'not-in-directory',
  'pending',
  'parked',
  'removed',
] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** What an agent was found by; `known` when nothing but the object id from before still fits. */
export const RESOLUTIONS = ['userId', 'upn', 'mail', 'alias', 'number', 'known', 'source', ''] as const;
export type ResolvedBy = (typeof RESOLUTIONS)[number];

/** Where an agent's row comes from: the uploaded list, or the groups or the tenant that are read instead. */
export const ORIGINS = ['list', 'source'] as const;
export type Origin = (typeof ORIGINS)[number];

/** An entry together with what the directory says of it, and the shard that reads its presence. */
export interface Agent extends AgentEntry {
  readonly origin: Origin;
  /** Line in the uploaded file; 0 when the row did not come with one. */
  readonly line: number;
  readonly account: AccountState;
  readonly resolvedBy: ResolvedBy;
  /** Several people fit, so nobody is taken for another. */
  readonly ambiguous: boolean;
  /** Entra object id in lower case; empty when the directory does not know the person. */
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly mail: string;
  readonly directoryName: string;
  /** Further addresses in lower case, joined by blanks. */
  readonly aliases: string;
  /** The directory's phone numbers as keys: E.164 with plus, joined by blanks. */
  readonly directoryNumbers: string;
  /** The agent's number in E.164 with plus, from the list or else from the directory; empty for an extension. */
  readonly numberE164: string;
  /** What each of the three numbers is found by: E.164 with plus or an extension, joined by blanks. */
  readonly numberKeys: string;
  /** Which shard holds the person's presence; -1 when nobody is to be read. */
  readonly shard: number;
  /** AgentsVersion from which on the row is no agent any more, and since when; empty and 0 for everybody else. */
  readonly removedIn: string;
  readonly removedAt: number;
}

export const NO_SHARD = -1;

/** A complete set of agents that is switched to in one write; the empty id is "no agents were ever uploaded". */
export interface AgentsVersion {
  readonly id: string;
  readonly count: number;
}

export const NO_AGENTS: AgentsVersion = { id: '', count: 0 };

/** ACD ids sort by their characters, so that every instance and every language gives the same order. */
export function byAgentId(a: { agentId: string }, b: { agentId: string }): number {
  return a.agentId < b.agentId ? -1 : a.agentId > b.agentId ? 1 : 0;
}

/** Whether the row stands for an agent whom the ACD may ask for. */
export function isActive({ account }: Agent): boolean {
  return account !== 'parked' && account !== 'removed';
}

/** Whether nobody has looked the agent up yet. */
export function isPending({ account }: Agent): boolean {
  return account === 'pending';
}

/** Whether the row is one of the uploaded list, also when it stands for nobody now. */
export function isListed({ origin, account }: Agent): boolean {
  return origin === 'list' && account !== 'removed';
}

const NOTHING_KNOWN = {
  resolvedBy: '',
  ambiguous: false,
  objectId: '',
  userPrincipalName: '',
  mail: '',
  directoryName: '',
  aliases: '',
  directoryNumbers: '',
  numberE164: '',
  numberKeys: '',
  shard: NO_SHARD,
  removedIn: '',
  removedAt: 0,
} as const;

/** The administrator's part of an agent. */
export function agentEntry(entry: AgentEntry): AgentEntry {
  const { agentId, email, userId, number, number2, number3, displayName, group } = entry;
  return { agentId, email, userId, number, number2, number3, displayName, group };
}

/** An entry of which the directory has said nothing. */
export function unresolvedAgent(entry: AgentEntry, own: Pick<Agent, 'account' | 'origin' | 'line'>): Agent {
  return { ...agentEntry(entry), ...own, ...NOTHING_KNOWN };
}

/** What is kept of an agent who is no more: the id, so that clients can be told. */
export function removedAgent({ agentId, origin }: Agent, removedIn: string, removedAt: number): Agent {
  const entry = { agentId, email: '', userId: '', number: '', number2: '', number3: '', displayName: '', group: '' };
  return { ...unresolvedAgent(entry, { account: 'removed', origin, line: 0 }), removedIn, removedAt };
}
