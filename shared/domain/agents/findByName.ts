import { comparable } from '../../lib/cleanText.ts';
import { nameForms } from '../../lib/nameForms.ts';
import type { Agent } from './agent.ts';

/** The name of an agent as people know it. */
export const nameOf = ({ displayName, directoryName }: Agent) => displayName || directoryName;

/** Positions of the agents whose name holds the words, in any order and any case, with or without umlauts. */
export function findByName(agents: readonly Agent[], text: string): number[] {
  const words = comparable(text)
    .split(' ')
    .filter(word => word !== '')
    .map(nameForms);
  if (words.length === 0) return [];
  return agents.flatMap((agent, position) => {
    const names = nameForms(`${agent.displayName} ${agent.directoryName}`);
    return words.every(forms => forms.some(form => names.some(name => name.includes(form)))) ? position : [];
  });
}
