import { bestNamed } from '../../lib/nameForms.ts';
import type { Agent } from './agent.ts';

/** The name of an agent as people know it. */
export const nameOf = ({ displayName, directoryName }: Agent) => displayName || directoryName;

/** Positions of the agents whose name fits the words best: Anna goes before Hannah. */
export function findByName(agents: readonly Agent[], text: string): number[] {
  const positions = [...agents.keys()];
  const both = (position: number) => {
    const { displayName = '', directoryName = '' } = agents[position] ?? {};
    return `${displayName} ${directoryName}`;
  };
  return bestNamed(positions, both, text);
}
