import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CountryCode } from 'libphonenumber-js/min';
import { type Agent, byAgentId, type Generation, NO_SHARD } from '../domain/agent.ts';
import type { AgentsEdit, EditedRow } from '../domain/agentsEdit.ts';
import { type Head, NEW_SHARD } from '../domain/head.ts';
import { type MatchReport, matchReport } from '../domain/matchReport.ts';
import { retryConflicts } from '../domain/retryConflicts.ts';
import { assignShards, shardMembers, shardOf } from '../domain/shards.ts';
import {
  AgentsFileError,
  GraphForbiddenError,
  GraphUnauthorizedError,
  StoreConflictError,
  StoreUnavailableError,
} from '../errors.ts';
import type { AgentStore } from '../ports/agentStore.ts';
import type { Directory } from '../ports/directory.ts';
import type { PresenceStore } from '../ports/presenceStore.ts';
import type { AccessToken, TokenProvider } from '../ports/tokenProvider.ts';
import { currentHead } from './currentHead.ts';
import { copyMoved, forgetRemoved } from './moveRows.ts';
import { mendedHeadWithAgents } from './namedAgents.ts';
import { resolveAgents, resolvedAgent } from './resolveAgents.ts';

const ATTEMPTS = 5;

export interface UploadDeps {
  readonly presence: PresenceStore;
  readonly agents: AgentStore;
  readonly tokens: TokenProvider;
  readonly directory: Directory;
  readonly defaultCountry: CountryCode;
}

export interface UploadOptions {
  /** A change that removes more than half is meant. */
  readonly replaceAll: boolean;
  /** Only report what would become of it. */
  readonly dryRun: boolean;
  /** The generation the change is based on; undefined when it does not matter. */
  readonly basedOn: string | undefined;
}

export interface UploadResult extends MatchReport {
  readonly generation: string;
  readonly added: number;
  readonly removed: number;
}

/**
 * Changes the agents, completely or not at all: the new generation is written beside the old one and becomes current
 * in one write, that of the head. A kill before it changes nothing, a kill after it loses nothing.
 *
 * The returned function throws AgentsFileError (`would_remove`, `upload_running`, `changed_meanwhile`, `not_mapped`) and
 * whatever the vault, Entra, Graph and the tables throw; after any of them the agents are those from before.
 */
export function agentUploader(deps: UploadDeps) {
  return async (edit: AgentsEdit, { replaceAll, dryRun, basedOn }: UploadOptions): Promise<UploadResult> => {
    const readHead = () => currentHead(deps.presence, deps.agents);
    const { stored, agents: before } = await mendedHeadWithAgents(deps.presence, deps.agents, readHead);
    const current = stored.head.agents;
    if (basedOn !== undefined && basedOn !== current.id) {
      throw new AgentsFileError(
        'changed_meanwhile',
        'Nothing was changed: the agents are no longer those of If-Match.',
      );
    }
    const rows = edit.apply(before);
    const { added, removed } = difference(before, rows);
    const guarded = edit.guarded(before);
    if (guarded !== undefined && removed > guarded / 2 && !replaceAll) {
      throw new AgentsFileError(
        'would_remove',
        `Nothing was changed: the upload would remove ${removed} of ${guarded} agents. Repeat it with ?replaceAll=1 if that is meant.`,
      );
    }
    const { agents, report } = await resolve(deps, rows, before);
    if (dryRun) return { ...report, generation: current.id, added, removed };
    const unchanged = isDeepStrictEqual(agents, [...before].sort(byAgentId));
    const generation = unchanged ? current : await replaceGeneration(deps, current, before, agents);
    await tidyUp(deps, generation, before, agents);
    return { ...report, generation: generation.id, added, removed };
  };
}

/**
 * Records the generation and removes what it replaced; also when nothing changed, for an upload that was killed after
 * its switch. The new agents count already: what cannot be tidied now, the next poll or upload does.
 */
async function tidyUp(
  { agents: store, presence }: UploadDeps,
  generation: Generation,
  before: readonly Agent[],
  agents: readonly Agent[],
): Promise<void> {
  try {
    await store.settle(generation);
    await forgetRemoved(presence, before, agents);
  } catch (error) {
    if (!(error instanceof StoreConflictError || error instanceof StoreUnavailableError)) throw error;
  }
}

function difference(before: readonly Agent[], rows: readonly EditedRow[]): { added: number; removed: number } {
  const old = new Set(before.map(agent => agent.agentId));
  const added = rows.filter(({ entry }) => !old.has(entry.agentId)).length;
  return { added, removed: old.size - (rows.length - added) };
}

/** A token may be revoked, or older than the consent it needs: one that is refused is replaced, once. */
async function withFreshToken<T>(tokens: TokenProvider, use: (token: AccessToken) => Promise<T>): Promise<T> {
  const token = await tokens.token('directory');
  try {
    return await use(token);
  } catch (error) {
    if (!(error instanceof GraphUnauthorizedError || error instanceof GraphForbiddenError)) throw error;
    tokens.discard(token);
    return use(await tokens.token('directory'));
  }
}

/** Looks up whoever is new or changed, and gives everybody who is read a shard. */
async function resolve(
  { tokens, directory, defaultCountry }: UploadDeps,
  rows: readonly EditedRow[],
  before: readonly Agent[],
) {
  const open = rows.filter(({ known }) => known === undefined);
  const entries = open.map(({ entry }) => entry);
  const found =
    open.length === 0 ? [] : await withFreshToken(tokens, token => resolveAgents(entries, directory, token));
  const resolutions = new Map(open.map((row, index) => [row, found[index]]));
  const resolved = rows.map(row => {
    const { user, ambiguous } = resolutions.get(row) ?? { user: undefined, ambiguous: false };
    return {
      line: row.line,
      ambiguous,
      agent: row.known ?? resolvedAgent(row.entry, { user, ambiguous }, defaultCountry),
    };
  });
  const read = resolved.filter(({ agent }) => agent.account === 'mapped').map(({ agent }) => agent.objectId);
  const shards = assignShards(read, shardOf(before));
  const agents = resolved.map(({ agent }) =>
    agent.account === 'mapped' ? { ...agent, shard: shards.get(agent.objectId) ?? NO_SHARD } : agent,
  );
  return { agents: agents.sort(byAgentId), report: matchReport(resolved) };
}

/** Ids grow with every switch, so that "older" is a comparison; the random part keeps two uploads apart. */
function nextGeneration(current: Generation, count: number): Generation {
  const number = Number.parseInt(current.id.slice(1), 10) || 0;
  return { id: `g${String(number + 1).padStart(10, '0')}-${randomUUID().slice(0, 8)}`, count };
}

async function replaceGeneration(
  { presence, agents: store }: UploadDeps,
  current: Generation,
  before: readonly Agent[],
  agents: readonly Agent[],
): Promise<Generation> {
  const generation = nextGeneration(current, agents.length);
  await store.write(generation, agents);
  await switchHead(presence, current, generation, before, agents);
  return generation;
}

async function switchHead(
  presence: PresenceStore,
  current: Generation,
  generation: Generation,
  before: readonly Agent[],
  agents: readonly Agent[],
): Promise<void> {
  // After a poller that published meanwhile, what was copied may be outdated.
  await retryConflicts(ATTEMPTS, async () => {
    const stored = await presence.readHead();
    if (stored?.head.agents.id !== current.id) {
      throw new AgentsFileError('upload_running', 'Nothing was changed: another upload was faster. Repeat this one.');
    }
    const sources = await copyMoved(presence, stored.head, before, agents);
    await presence.replaceHead(switchedHead(stored.head, generation, agents, sources), stored.etag);
  });
}

function switchedHead(
  head: Head,
  generation: Generation,
  agents: readonly Agent[],
  sources: ReadonlyMap<number, ReadonlySet<number>>,
): Head {
  const revision = head.revision + 1;
  const count = Math.max(head.shards.length, shardMembers(agents).length);
  const shards = Array.from({ length: count }, (_, shard) => {
    const stamp = head.shards[shard] ?? NEW_SHARD;
    // Somebody who moved in was read when their old shard was: the shard may not look fresher than that.
    const read = [...(sources.get(shard) ?? [])].map(source => head.shards[source]?.checkedAt ?? 0);
    return { ...stamp, revision, checkedAt: Math.min(stamp.checkedAt, ...read) };
  });
  // Who is new, gone or known otherwise is in no row: what clients know from before is not enough.
  return { ...head, revision, completeSince: revision, agents: generation, shards };
}
