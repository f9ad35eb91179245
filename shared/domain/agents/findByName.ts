import { comparable } from '../../lib/cleanText.ts';
import type { Agent } from './agent.ts';

/** The name of an agent as people know it. */
export const nameOf = ({ displayName, directoryName }: Agent) => displayName || directoryName;

/** Positions of the agents whose name holds the words, in any order and any case. */
export function findByName(agents: readonly Agent[], text: string): number[] {
  const words = comparable(text)
    .split(' ')
    .filter(word => word !== '');
  if (words.length === 0) return [];
  return agents.flatMap((agent, position) => {
    const names = comparable(`${agent.displayName} ${agent.directoryName}`);
    return words.every(word => names.includes(word)) ? position : [];
  });
}
