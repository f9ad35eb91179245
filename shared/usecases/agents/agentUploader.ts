import { isDeepStrictEqual } from 'node:util';
import { type Agent, type AgentEntry, isActive, isListed } from '../../domain/agents/agent.ts';
import { exportedEntries } from '../../domain/agents/agentExport.ts';
import type { AgentList, AgentsVersion } from '../../domain/agents/agentList.ts';
import { sourceText } from '../../domain/agents/agentSource.ts';
import type { ListEdit, ListRow } from '../../domain/agents/listEdit.ts';
import { type MatchReport, matchReport } from '../../domain/agents/matchReport.ts';
import { type ChangePreview, previewChanges } from '../../domain/agents/previewChanges.ts';
import { changedRows, isTooMuch, refuseLoss, removedRows } from '../../domain/agents/removalLimit.ts';
import { removedAgents } from '../../domain/agents/tombstones.ts';
import type { Head } from '../../domain/snapshot/head.ts';
import { AgentsChangeRefused, GraphUnavailableError } from '../../errors/errors.ts';
import { MAX_FAULTS } from '../../errors/uploadFaults.ts';
import { comparable } from '../../lib/cleanText.ts';
import type { Clock } from '../../lib/clock.ts';
import type { StoredHead } from '../../ports/presenceStore.ts';
import { bestEffort } from '../state/bestEffort.ts';
import type { Stores } from '../state/readOrCreateHead.ts';
import { type HeadWithAgents, readOrRepairAgents } from '../state/readOrRepairAgents.ts';
import { type BuildAgentsDeps, buildAgents } from './buildAgents.ts';
import { recordDirectory, sameAgents, switchAgents } from './switchAgents.ts';

/** Somebody waits for the answer: what is not looked up by then is pending, and the next sync does it. */
const BUDGET_MS = 20_000;
/** The list of a large tenant comes page by page, and is of no use before it is complete. */
const SOURCE_BUDGET_MS = 120_000;
/** A sync that ended meanwhile is no other upload: the change is made again on what it left. */
const ATTEMPTS = 3;
const NAMING_FIELDS = ['userId', 'email', 'number', 'number2', 'number3'] as const;

interface UploadDeps extends Stores, BuildAgentsDeps {
  readonly clock: Clock;
  /** Ends the search in the directory. */
  readonly budget?: () => AbortSignal;
}

export interface UploadOptions {
  /** A change that removes more than half is meant. */
  readonly replaceAll: boolean;
  /** Only report what would become of it. */
  readonly dryRun: boolean;
  /** The versions of the agents the change may be based on; undefined when it does not matter. */
  readonly ifMatch: readonly string[] | undefined;
}

export interface UploadResult extends MatchReport, Partial<ChangePreview> {
  readonly generation: string;
  readonly added: number;
  readonly removed: number;
  /** Rows that stay, but say something else than before. */
  readonly changed: number;
  /** Of a dry run: 1 when the upload would be refused without `replaceAll`. */
  readonly wouldRefuse?: 0 | 1;
}

/** Whether the list says what it said: then it was a directory sync that replaced the agents. */
function isSameList(before: AgentList, latest: AgentList): boolean {
  const [old, now] = [before, latest].map(({ agents }) => exportedEntries(agents.filter(isListed)));
  return isDeepStrictEqual(old, now);
}

/**
 * Changes the agents, completely or not at all.
 *
 * The returned function throws AgentsChangeRefused (`would_remove`, `not_in_source`, `upload_running`, `changed_meanwhile`,
 * `not_mapped`) and whatever the vault, Entra, Graph and the tables throw; after any of them the agents are those from
 * before.
 */
export function agentUploader(deps: UploadDeps) {
  const isList = deps.source.kind === 'list';
  const budget = deps.budget ?? (() => AbortSignal.timeout(isList ? BUDGET_MS : SOURCE_BUDGET_MS));

  async function editedAgents(edited: readonly ListRow[], before: readonly Agent[]): Promise<Agent[]> {
    const list = before.filter(isListed);
    const asking = { signal: budget(), again: false, relist: true };
    const agents = await inTime(asking.signal, buildAgents(deps, listedRows(edited, list), asking));
    if (!isList) refuseUnlisted(agents, edited, list);
    return agents;
  }

  /** Makes them the agents, if they are any others; gives the version that counts then. */
  async function adopt({ head }: StoredHead, before: AgentList, agents: readonly Agent[], meant: boolean) {
    const known = head.directory;
    // Who says that the loss is meant, or has the whole source listed, has answered what the last sync complained of.
    const answered = meant || !isList;
    const source = sourceText(deps.source);
    const change = (current: Head): Head => {
      const { fault } = current.directory;
      const isKnown = isDeepStrictEqual(fault, known.fault);
      const directory = { ...current.directory, source, fault: answered && isKnown ? undefined : fault };
      return { ...current, directory };
    };
    const unchanged = sameAgents(before.agents, agents);
    const news = source !== known.source || (answered && known.fault !== undefined);
    let version: AgentsVersion = head.agents;
    if (!unchanged) version = (await switchAgents(deps, head.agents, before, agents, change)).agents;
    else if (news) await recordDirectory(deps, change);
    // Also when nothing changed: an upload may have been killed after its switch.
    await bestEffort(() => deps.agents.markCurrent(version));
    return version;
  }

  async function change(from: HeadWithAgents, edit: ListEdit, options: UploadOptions): Promise<UploadResult> {
    const { stored, list: known } = from;
    const { replaceAll, dryRun, ifMatch } = options;
    const before = known.agents;
    const current = stored.head.agents;
    if (ifMatch?.includes(current.id) === false) throw changedMeanwhile();
    const list = before.filter(isListed);
    const edited = edit.apply(list).map(row => asListed(row, before));
    const listLoss = { of: edit.confirmable(list), removed: removedRows(list, edited) };
    const lenient = replaceAll || dryRun;
    if (!lenient) refuseLoss(listLoss);
    const agents = await editedAgents(edited, before);
    const active = before.filter(isActive).length;
    const removed = removedAgents(before, agents).length;
    const sourceLoss = { of: isList ? undefined : active, removed };
    if (!lenient) refuseLoss(sourceLoss);
    const added = agents.filter(isActive).length - active + removed;
    const report = { ...matchReport(agents, 'uploaded', before), added, removed, changed: changedRows(list, edited) };
    if (!dryRun) return { ...report, generation: (await adopt(stored, known, agents, replaceAll)).id };
    const wouldRefuse = !replaceAll && [listLoss, sourceLoss].some(isTooMuch) ? 1 : 0;
    return { ...report, generation: current.id, wouldRefuse, ...previewChanges(before, agents) };
  }

  return async (edit: ListEdit, options: UploadOptions): Promise<UploadResult> => {
    let from = await readOrRepairAgents(deps);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await change(from, edit, options);
      } catch (error) {
        const wasReplaced = error instanceof AgentsChangeRefused && error.code === 'upload_running';
        if (!wasReplaced || attempt === ATTEMPTS) throw error;
        const latest = await readOrRepairAgents(deps);
        if (!isSameList(from.list, latest.list)) throw error;
        from = latest;
      }
    }
  };
}

function changedMeanwhile(): AgentsChangeRefused {
  return new AgentsChangeRefused(
    'changed_meanwhile',
    'Nothing was changed: the agents are no longer those of If-Match.',
  );
}

/** A list of members is complete or useless: when there was no time for it, the upload is refused. */
async function inTime<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new GraphUnavailableError('Microsoft Graph did not list the people in time. Repeat the upload.', {
      cause: error,
    });
  }
}

/** Whether two rows name the same person; name and group of the ACD do not count. */
function samePerson(a: AgentEntry, b: AgentEntry): boolean {
  return NAMING_FIELDS.every(field => comparable(a[field]) === comparable(b[field]));
}

/** A row that names nobody but by the agentId of somebody of the source stands for that person. */
function asListed(row: ListRow, before: readonly Agent[]): ListRow {
  if (NAMING_FIELDS.some(field => row.entry[field] !== '')) return row;
  const person = before.find(({ agentId, origin }) => origin === 'directory' && agentId === row.entry.agentId);
  if (person === undefined) return row;
  return { ...row, entry: { ...row.entry, email: person.userPrincipalName, userId: person.objectId } };
}

/** The edited rows, each with what is known of it if it names the same person as before. */
function listedRows(edited: readonly ListRow[], list: readonly Agent[]): ListRow[] {
  const old = new Map(list.map(agent => [agent.agentId, agent]));
  return edited.map(({ entry, line, known }) => {
    const before = old.get(entry.agentId);
    const same = before !== undefined && samePerson(before, entry);
    return { entry, line, known: known ?? (same ? before : undefined) };
  });
}

/** With groups or the tenant as source a new row has to stand for one of them; older ones wait for another source. */
function refuseUnlisted(agents: readonly Agent[], edited: readonly ListRow[], list: readonly Agent[]): void {
  const old = new Map(list.map(agent => [agent.agentId, agent]));
  const isNew = ({ entry, line }: ListRow) => {
    const before = old.get(entry.agentId);
    return line > 0 && (before === undefined || !samePerson(before, entry));
  };
  const uploaded = new Map(edited.filter(isNew).map(({ entry, line }) => [entry.agentId, line]));
  const unlisted = agents.filter(({ account, agentId }) => account === 'not-in-source' && uploaded.has(agentId));
  if (unlisted.length === 0) return;
  const faults = unlisted.map(({ agentId }) => `line ${uploaded.get(agentId)}: ${agentId} is nobody of AGENT_SOURCE`);
  throw new AgentsChangeRefused(
    'not_in_source',
    `Nothing was changed: ${unlisted.length} rows stand for nobody of AGENT_SOURCE. Add these people there, or leave the rows out.`,
    faults.slice(0, MAX_FAULTS),
  );
}

export type AgentUploader = ReturnType<typeof agentUploader>;
