import { AgentsChangeRefused } from '../../errors/errors.ts';
import { type Agent, sameEntry } from './agent.ts';
import type { ListRow } from './listEdit.ts';

/** How many rows of the list an edit takes away. */
export function removedRows(list: readonly Agent[], edited: readonly ListRow[]): number {
  const kept = new Set(edited.map(({ entry }) => entry.agentId));
  return list.filter(({ agentId }) => !kept.has(agentId)).length;
}

/** How many rows of the list stay, but say something else than before. */
export function changedRows(list: readonly Agent[], edited: readonly ListRow[]): number {
  const old = new Map(list.map(agent => [agent.agentId, agent]));
  return edited.filter(({ entry }) => {
    const before = old.get(entry.agentId);
    return before !== undefined && !sameEntry(before, entry);
  }).length;
}

/** How many agents a change removes, of how many; undefined where that needs nobody's consent. */
interface Loss {
  readonly of: number | undefined;
  readonly removed: number;
}

export function isTooMuch({ of, removed }: Loss): boolean {
  return of !== undefined && removed > of / 2;
}

/** @throws AgentsChangeRefused `would_remove` when more than half would go */
export function refuseLoss(loss: Loss): void {
  if (!isTooMuch(loss)) return;
  throw new AgentsChangeRefused(
    'would_remove',
    `Nothing was changed: the upload would remove ${loss.removed} of ${loss.of} agents. Repeat it with ?replaceAll=1 if that is meant.`,
  );
}
