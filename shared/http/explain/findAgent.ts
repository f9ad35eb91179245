import type { CountryCode } from 'libphonenumber-js/min';
import type { KeyKind } from '../../domain/agents/agent.ts';
import type { AgentIndex } from '../../domain/agents/agentIndex.ts';
import { findByName, nameOf } from '../../domain/agents/findByName.ts';
import { lookupKey } from '../../domain/agents/lookupKey.ts';
import { RequestError } from '../response.ts';

/** So many of several hits are named. */
const MOST_NAMED = 20;

export interface FoundAgent {
  readonly position: number;
  /** Which kind of key it was; `name` for part of a name. */
  readonly matchedBy: KeyKind | 'name';
}

/**
 * Whom a person means who asks by any key of an agent, or by part of a name.
 * @throws RequestError 300, 400, 404
 */
export function findAgent(index: AgentIndex, text: string, country: CountryCode): FoundAgent {
  if (text.trim() === '') throw new RequestError(400, 'malformed_key', 'The key is empty: say which agent.');
  const byKey = index.find(lookupKey(text, country));
  const positions = byKey.positions.length > 0 ? byKey.positions : findByName(index.agents, text);
  const [position, ...others] = positions;
  if (position === undefined) {
    throw new RequestError(
      404,
      'not_mapped',
      'No agent has this key or name. Upload the agent, or check the spelling.',
    );
  }
  if (others.length > 0) {
    const names = positions.slice(0, MOST_NAMED).map(index_ => {
      const agent = index.agents[index_];
      return agent === undefined ? '' : `${agent.agentId} ${nameOf(agent)}`.trim();
    });
    const more = positions.length > names.length ? ', …' : '';
    throw new RequestError(
      300,
      'several_agents',
      `${positions.length} agents fit: ${names.join(', ')}${more}. Ask by agentId.`,
    );
  }
  return { position, matchedBy: byKey.matchedBy || 'name' };
}
