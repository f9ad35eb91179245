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

/** How the directory knows an agent. */
export type AccountState = 'mapped' | 'account-disabled' | 'not-in-directory';

/** An entry together with what the directory says of it, and the shard that reads its presence. */
export interface Agent extends AgentEntry {
  readonly account: AccountState;
  /** Entra object id in lower case; empty when the directory does not know the person. */
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly mail: string;
  readonly directoryName: string;
  /** `number` in E.164 with plus; empty for an extension or when there is none. */
  readonly numberE164: string;
  /** What each of the three numbers is found by: E.164 with plus or an extension, joined by blanks. */
  readonly numberKeys: string;
  /** Which shard holds the person's presence; -1 when nobody is to be read. */
  readonly shard: number;
}

export const NO_SHARD = -1;

/** A complete set of agents that is switched to in one write; the empty id is "no agents were ever uploaded". */
export interface Generation {
  readonly id: string;
  readonly count: number;
}

export const NO_GENERATION: Generation = { id: '', count: 0 };

/** ACD ids sort by their characters, so that every instance and every language gives the same order. */
export function byAgentId(a: { agentId: string }, b: { agentId: string }): number {
  return a.agentId < b.agentId ? -1 : a.agentId > b.agentId ? 1 : 0;
}
