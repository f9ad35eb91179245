import { type Agent, byAgentId, isActive, isListed, type KeyKind, type MatchedBy, ownEmail } from './agent.ts';
import type { AgentList, Tombstone } from './agentList.ts';
import type { KeyReadings } from './lookupKey.ts';
import { inOrderOfRemoval } from './tombstones.ts';

interface Found {
  readonly matchedBy: MatchedBy;
  /** Positions in the sorted list of agents. */
  readonly positions: readonly number[];
}

/** A key of one agent, as nearly all are, takes no list of its own: with 100,000 agents that is tens of megabytes. */
type Positions = number | number[];

/** The agents of one version in their order, and every key that finds them. */
export class AgentIndex {
  readonly agents: readonly Agent[];
  /** The rows of the uploaded list, also those that stand for nobody of the source in use. */
  readonly list: readonly Agent[];
  /** Who was removed lately, in the order of their removal. */
  readonly removed: readonly Tombstone[];
  readonly #positions: Readonly<Record<KeyKind, Map<string, Positions>>> = {
    agentId: new Map(),
    userId: new Map(),
    email: new Map(),
    number: new Map(),
  };

  constructor({ agents, tombstones }: AgentList) {
    this.agents = agents.filter(isActive).sort(byAgentId);
    this.list = agents.filter(isListed);
    this.removed = [...tombstones].sort(inOrderOfRemoval);
    for (const [position, agent] of this.agents.entries()) {
      this.#add('agentId', [agent.agentId], position);
      this.#add('userId', [agent.objectId, agent.userId], position);
      this.#add('email', [ownEmail(agent), agent.mail, agent.userPrincipalName, ...agent.aliases], position);
      this.#add('number', [...agent.numberKeys, ...agent.directoryNumbers], position);
    }
  }

  #add(kind: KeyKind, keys: readonly string[], position: number): void {
    const index = this.#positions[kind];
    for (const key of new Set(keys.map(text => fold(kind, text)))) {
      if (key === '') continue;
      const known = index.get(key);
      if (known === undefined) index.set(key, position);
      else if (typeof known === 'number') index.set(key, [known, position]);
      else known.push(position);
    }
  }

  /** Whom a key stands for: the first of its readings that finds anybody decides. */
  find(readings: KeyReadings): Found {
    for (const { kind, value } of readings) {
      const known = this.#positions[kind].get(fold(kind, value));
      if (known !== undefined) return { matchedBy: kind, positions: typeof known === 'number' ? [known] : known };
    }
    return { matchedBy: '', positions: [] };
  }
}

/** Ids of the ACD are exact; Entra's ids and addresses are the same in any case. */
function fold(kind: KeyKind, key: string): string {
  return kind === 'agentId' ? key : key.toLowerCase();
}
