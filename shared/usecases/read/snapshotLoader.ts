import { AgentIndex } from '../../domain/agents/agentIndex.ts';
import { sameVersion } from '../../domain/agents/agentList.ts';
import type { ShardDocument } from '../../domain/presence/shardDocument.ts';
import type { RuleSet } from '../../domain/rules/ruleSet.ts';
import type { Published } from '../../domain/snapshot/buildSnapshot.ts';
import { type Head, withoutDocuments } from '../../domain/snapshot/head.ts';
import { StoreConflictError } from '../../errors/errors.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import type { StoredHead } from '../../ports/presenceStore.ts';
import type { ShardCache } from '../poll/shardCache.ts';
import { readOrCreateHead, type Stores } from '../state/readOrCreateHead.ts';
import { readOrRepairAgents } from '../state/readOrRepairAgents.ts';
import { readRules } from '../state/readRules.ts';

const ATTEMPTS = 5;

export interface LoaderDeps extends Stores {
  readonly cache: ShardCache;
}

/**
 * Loads what is published: the head, and of what it names only what is not known from the time before.
 *
 * The returned function throws StoreUnavailableError, SchemaTooNewError, and StoreConflictError when everything is
 * replaced faster than it can be read.
 */
export function snapshotLoader({ cache, ...stores }: LoaderDeps): () => Promise<Published> {
  let before: Published | undefined;

  async function loadIndex(first: StoredHead): Promise<{ stored: StoredHead; index: AgentIndex }> {
    const same = before !== undefined && sameVersion(before.head.agents, first.head.agents);
    if (before !== undefined && same && before.head.epoch === first.head.epoch) {
      return { stored: first, index: before.index };
    }
    const { stored, list } = await readOrRepairAgents(stores, first);
    return { stored, index: new AgentIndex(list) };
  }

  /** Documents that are gone were replaced meanwhile, unless the head still names them: then they are lost. */
  async function loadDocuments({ head, etag }: StoredHead): Promise<readonly ShardDocument[]> {
    const loaded = await cache.load(head);
    if (!loaded.includes(undefined)) return loaded.filter(document => document !== undefined);
    const current = await readOrCreateHead(stores);
    if (current.etag === etag) {
      await stores.presence.replaceHead(
        withoutDocuments(head, shard => loaded[shard] === undefined),
        etag,
      );
    }
    throw new StoreConflictError('The presence was replaced while being read.');
  }

  async function loadRules(head: Head): Promise<RuleSet> {
    // The default ones that stand in for lost rules are looked for again: somebody may bring the rules back.
    if (before !== undefined && before.rules.id === head.rules) return before.rules;
    const rules = await readRules(stores.rules, head.rules);
    if (rules.id === head.rules) return rules;
    // Rules that were replaced between the head and their reading are gone: then the head names others by now.
    if ((await readOrCreateHead(stores)).head.rules !== head.rules) {
      throw new StoreConflictError('The rules were replaced while being read.');
    }
    return rules;
  }

  return () =>
    retryConflicts(ATTEMPTS, async () => {
      const { stored, index } = await loadIndex(await readOrCreateHead(stores));
      const [documents, rules] = await Promise.all([loadDocuments(stored), loadRules(stored.head)]);
      before = { head: stored.head, index, documents, rules };
      return before;
    });
}
