import {
  AGENTS_PREFIX,
  type AgentList,
  type AgentsVersion,
  NO_AGENTS,
  rowCount,
  sameVersion,
} from '../../domain/agents/agentList.ts';
import { renewedHead } from '../../domain/snapshot/head.ts';
import { nextVersionId } from '../../domain/snapshot/versionId.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import type { StoredHead } from '../../ports/presenceStore.ts';
import { readOrCreateHead, type Stores } from './readOrCreateHead.ts';

/** A run of uploads may switch the agents again and again while one of their versions is being read. */
const ATTEMPTS = 10;

export interface HeadWithAgents {
  readonly stored: StoredHead;
  readonly list: AgentList;
}

/**
 * The head and the agents it names, read again when an upload switches them in between. A head whose agents are lost,
 * because somebody deleted or restored the table, is made to name those that are left.
 * @param first the head that was read already
 * @throws StoreConflictError when the agents are switched faster than they can be read
 */
export async function readOrRepairAgents(stores: Stores, first?: StoredHead): Promise<HeadWithAgents> {
  let failed: AgentsVersion | undefined;
  return retryConflicts(ATTEMPTS, async attempt => {
    const stored = attempt === 1 && first !== undefined ? first : await readOrCreateHead(stores);
    const version = stored.head.agents;
    // A version is removed only after the head names another: one that the head still names is lost.
    if (failed !== undefined && sameVersion(failed, version)) return repair(stores, stored);
    failed = version;
    // A head that was made while the first version was being recorded names none.
    if (version.id === NO_AGENTS.id && (await stores.agents.current()).id !== NO_AGENTS.id)
      return repair(stores, stored);
    return { stored, list: await stores.agents.read(version) };
  });
}

/**
 * Names what is left. Where that is less than there was, it is another version: clients know people who are lost, and no
 * row says whom they have to forget.
 * @throws StoreConflictError when an upload was faster: then nothing is lost any more
 */
async function repair(stores: Stores, { head, etag }: StoredHead): Promise<HeadWithAgents> {
  const { presence, agents } = stores;
  const [named, current] = await Promise.all([agents.readRemaining(head.agents.id), agents.current()]);
  const version = rowCount(named) > 0 && current.id !== head.agents.id ? head.agents : current;
  const list = version.id === head.agents.id ? named : await agents.readRemaining(version.id);
  const isKnown = head.agents.id === NO_AGENTS.id || head.agents.id === version.id;
  const isComplete = isKnown && rowCount(list) >= version.count;
  const id = isComplete ? version.id : nextVersionId(AGENTS_PREFIX, head.agents.id, current.id);
  const removalsSince = isComplete ? version.removalsSince : id;
  const left = { id, count: rowCount(list), removalsSince };
  if (!isComplete) await agents.write(left, list);
  const repaired = renewedHead(head, { agents: left });
  return { stored: { head: repaired, etag: await presence.replaceHead(repaired, etag) }, list };
}
