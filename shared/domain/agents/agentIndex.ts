import type { MatchedBy } from '../snapshot/record.ts';
import { type Agent, byAgentId, isActive, isListed } from './agent.ts';
import type { KeyKind, KeyReadings } from './lookupKey.ts';

export interface Found {
  readonly matchedBy: MatchedBy;
  /** Positions in the sorted list of agents. */
  readonly positions: readonly number[];
}

/** The agents of one generation in their order, and every key that finds them. */
export class AgentIndex {
  readonly agents: readonly Agent[];
  /** The rows of the uploaded list, also those that stand for nobody of the source in use. */
  readonly list: readonly Agent[];
  /** Who was removed lately, in the order of their removal. */
  readonly removed: readonly Agent[];
  readonly #positions: Readonly<Record<KeyKind, Map<string, number[]>>> = {
    agentId: new Map(),
    userId: new Map(),
    email: new Map(),
    number: new Map(),
  };

  constructor(agents: readonly Agent[]) {
    this.agents = agents.filter(isActive).sort(byAgentId);
    this.list = agents.filter(isListed);
    this.removed = agents
      .filter(({ removedIn }) => removedIn !== '')
      .sort((a, b) => (a.removedIn < b.removedIn ? -1 : a.removedIn > b.removedIn ? 1 : byAgentId(a, b)));
    for (const [position, agent] of this.agents.entries()) {
      this.#add('agentId', [agent.agentId], position);
      this.#add('userId', [agent.objectId, agent.userId], position);
      this.#add('email', [agent.email, agent.mail, agent.userPrincipalName, ...agent.aliases.split(' ')], position);
      this.#add('number', [...agent.numberKeys.split(' '), ...agent.directoryNumbers.split(' ')], position);
    }
  }

  #add(kind: KeyKind, keys: readonly string[], position: number): void {
    const index = this.#positions[kind];
    for (const key of new Set(keys.map(text => fold(kind, text)))) {
      if (key === '') continue;
      const positions = index.get(key);
      if (positions === undefined) index.set(key, [position]);
      else positions.push(position);
    }
  }

  /** Whom a key stands for: the first of its readings that finds anybody decides. */
  find(readings: KeyReadings): Found {
    for (const { kind, value } of readings) {
      const positions = this.#positions[kind].get(fold(kind, value));
      if (positions !== undefined) return { matchedBy: kind, positions };
    }
    return { matchedBy: '', positions: [] };
  }
}

/** Ids of the ACD are exact; Entra's ids and addresses are the same in any case. */
function fold(kind: KeyKind, key: string): string {
  return kind === 'agentId' ? key : key.toLowerCase();
}
