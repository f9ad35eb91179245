import { comparable } from '../../lib/cleanText.ts';

/** The ids of the ACD: short, printable, safe in a URL. */
export const AGENT_ID = /^[A-Za-z0-9._@-]{1,64}$/;

/** What a key may be that the ACD asks by. */
export const KEY_KINDS = ['agentId', 'userId', 'email', 'number'] as const;

export type KeyKind = (typeof KEY_KINDS)[number];

/** Which kind of key found the agent. */
export type MatchedBy = KeyKind | '';

/** The columns of the administrator's file, in the order in which it is given out; `userId` is the Entra object id. */
export const ENTRY_FIELDS = [
  'agentId',
  'email',
  'userId',
  'number',
  'number2',
  'number3',
  'displayName',
  'group',
] as const;

/** One row of the administrator's file: who the ACD calls by which id. Absent fields are empty. */
export type AgentEntry = { readonly [field in (typeof ENTRY_FIELDS)[number]]: string };

/** An entry of which nothing is known. */
export const EMPTY_ENTRY = Object.fromEntries(ENTRY_FIELDS.map(field => [field, ''])) as unknown as AgentEntry;

/**
 * How the directory knows an agent. `pending` is not looked up yet; `not-in-source` is a row of the uploaded list that stands
 * for nobody of the source in use.
 */
export const ACCOUNT_STATES = ['mapped', 'account-disabled', 'not-in-directory', 'pending', 'not-in-source'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** What an agent was found by; `previous` when nothing but the object id from before still fits. */
export const RESOLUTIONS = ['userId', 'upn', 'mail', 'alias', 'number', 'previous', 'directory', ''] as const;
export type ResolvedBy = (typeof RESOLUTIONS)[number];

/** Where an agent's row comes from: the uploaded list, or the groups or the tenant that are read instead. */
export const ORIGINS = ['list', 'directory'] as const;
export type Origin = (typeof ORIGINS)[number];

/** An entry together with what the directory says of it. */
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
  /** Further addresses in lower case. */
  readonly aliases: readonly string[];
  /** The directory's phone numbers as keys: E.164 with plus. */
  readonly directoryNumbers: readonly string[];
  /** The agent's number in E.164 with plus, from the list or else from the directory; empty for an extension. */
  readonly numberE164: string;
  /** Of a row whose e-mail or object id nobody has: the UPN of whom the number would find; empty for nobody. */
  readonly foundByNumber: string;
  /** The UPN of who has the row's e-mail, if that is not the person of its object id; empty otherwise. */
  readonly emailOwner: string;
  /** What each of the three numbers is found by: E.164 with plus or an extension. */
  readonly numberKeys: readonly string[];
}

/** ACD ids sort by their characters, so that every instance and every language gives the same order. */
export function byAgentId(a: { agentId: string }, b: { agentId: string }): number {
  return a.agentId < b.agentId ? -1 : a.agentId > b.agentId ? 1 : 0;
}

/** Whether the row stands for an agent whom the ACD may ask for. */
export function isActive({ account }: Agent): boolean {
  return account !== 'not-in-source';
}

/** Whether the directory knows the person, so that Teams is asked. */
export function isMapped({ account }: Agent): boolean {
  return account === 'mapped';
}

/** Whether nobody has looked the agent up yet. */
export function isPending({ account }: Agent): boolean {
  return account === 'pending';
}

/** Whether the row is one of the uploaded list, also when it stands for nobody now. */
export function isListed({ origin }: Agent): boolean {
  return origin === 'list';
}

const NONE: readonly string[] = [];

const NOTHING_KNOWN = {
  resolvedBy: '',
  ambiguous: false,
  objectId: '',
  userPrincipalName: '',
  mail: '',
  directoryName: '',
  aliases: NONE,
  directoryNumbers: NONE,
  numberE164: '',
  foundByNumber: '',
  emailOwner: '',
  numberKeys: NONE,
} as const;

/** The e-mail of the row; empty when it is somebody else's: it must not show this person's state. */
export const ownEmail = ({ email, emailOwner }: Agent) => (emailOwner === '' ? email : '');

/** Whether somebody is in the group: names of groups are the same in any case, and with blanks around them. */
export function inGroup(name: string): (of: { readonly group: string }) => boolean {
  const wanted = comparable(name);
  return ({ group }) => comparable(group) === wanted;
}

/** Whether two rows say the same. */
export function sameEntry(one: AgentEntry, other: AgentEntry): boolean {
  return ENTRY_FIELDS.every(field => one[field] === other[field]);
}

/** The administrator's part of an agent. */
export function agentEntry(entry: AgentEntry): AgentEntry {
  return Object.fromEntries(ENTRY_FIELDS.map(field => [field, entry[field]])) as unknown as AgentEntry;
}

/** An entry of which the directory has said nothing. */
export function unresolvedAgent(entry: AgentEntry, own: Pick<Agent, 'account' | 'origin' | 'line'>): Agent {
  return { ...agentEntry(entry), ...own, ...NOTHING_KNOWN };
}
