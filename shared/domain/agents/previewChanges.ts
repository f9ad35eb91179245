import { type Agent, isActive, isMapped, sameEntry } from './agent.ts';
import { removedAgents } from './tombstones.ts';

/** So many are named; whoever changes more looks at the counts. */
const MOST_NAMED = 100;

/** Whom an agentId stood for, and whom it would stand for. */
interface Remapped {
  readonly agentId: string;
  readonly from: string;
  readonly to: string;
}

/** Who would be affected by a change, by agentId. */
export interface ChangePreview {
  readonly wouldAdd: readonly string[];
  /** Whose row stays and says something else. */
  readonly wouldChange: readonly string[];
  readonly wouldRemove: readonly string[];
  readonly wouldRemap: readonly Remapped[];
  /** Who is read now and would not be any more, although the row stays. */
  readonly wouldBeUnreachable: readonly string[];
}

/** What a change would do to whom. */
export function previewChanges(before: readonly Agent[], agents: readonly Agent[]): ChangePreview {
  const old = new Map(before.filter(isActive).map(agent => [agent.agentId, agent]));
  const staying = agents.filter(isActive).flatMap(agent => {
    const known = old.get(agent.agentId);
    return known === undefined ? [] : [{ agent, known }];
  });
  const remapped = staying.filter(
    ({ agent, known }) => known.objectId !== '' && agent.objectId !== '' && known.objectId !== agent.objectId,
  );
  const added = agents.filter(agent => isActive(agent) && !old.has(agent.agentId));
  const changed = staying.filter(({ agent, known }) => !sameEntry(agent, known));
  return {
    wouldAdd: added.map(({ agentId }) => agentId).slice(0, MOST_NAMED),
    wouldChange: changed.map(({ agent }) => agent.agentId).slice(0, MOST_NAMED),
    wouldRemove: removedAgents(before, agents)
      .map(({ agentId }) => agentId)
      .slice(0, MOST_NAMED),
    wouldRemap: remapped
      .map(({ agent, known }) => {
        return { agentId: agent.agentId, from: known.userPrincipalName, to: agent.userPrincipalName };
      })
      .slice(0, MOST_NAMED),
    wouldBeUnreachable: staying
      .filter(({ agent, known }) => isMapped(known) && !isMapped(agent))
      .map(({ agent }) => agent.agentId)
      .slice(0, MOST_NAMED),
  };
}
