import {
  type AgentList,
  type AgentsVersion,
  EMPTY_LIST,
  NO_AGENTS,
  rowCount,
} from '../../shared/domain/agents/agentList.ts';
import { isOutdated } from '../../shared/domain/snapshot/versionId.ts';
import { StoreConflictError } from '../../shared/errors/errors.ts';
import type { AgentStore } from '../../shared/ports/agentStore.ts';

/** The port in memory. It passes the same contract suite as the adapter for Table Storage. */
export function memoryAgentStore(): AgentStore {
  let current: AgentsVersion = NO_AGENTS;
  const versions = new Map<string, AgentList>();
  return {
    async current() {
      return current;
    },
    async read(version) {
      const list = versions.get(version.id) ?? EMPTY_LIST;
      if (rowCount(list) !== version.count) throw new StoreConflictError('The agents were replaced while being read.');
      return list;
    },
    async readRemaining(id) {
      return versions.get(id) ?? EMPTY_LIST;
    },
    async write(version, list) {
      versions.set(version.id, list);
    },
    async remove(id) {
      versions.delete(id);
    },
    async markCurrent(version) {
      if (isOutdated(version.id, current.id)) return;
      current = version;
      for (const id of versions.keys()) if (isOutdated(id, version.id)) versions.delete(id);
    },
  };
}
