import { isDeepStrictEqual } from 'node:util';
import { type Agent, type AgentEntry, agentEntry, isActive, isListed } from '../domain/agent.ts';
import { sourceText } from '../domain/agentSource.ts';
import type { AgentsEdit, EditedRow } from '../domain/agentsEdit.ts';
import { type MatchReport, matchReport } from '../domain/matchReport.ts';
import { AgentsFileError, GraphUnavailableError } from '../errors.ts';
import type { Clock } from '../ports/time.ts';
import { buildRoster, type ListRow, leavers, type RosterDeps } from './buildRoster.ts';
import { currentHead, type Stores } from './currentHead.ts';
import { mendedHeadWithAgents } from './namedAgents.ts';
import { recordDirectory, sameAgents, switchGeneration, tidyUp } from './switchGeneration.ts';

/** Somebody waits for the answer: what is not looked up by then is pending, and the next sync does it. */
const BUDGET_MS = 20_000;
/** The list of a large tenant comes page by page, and is of no use before it is complete. */
const SOURCE_BUDGET_MS = 120_000;
const SHOWN_ROWS = 20;
const NAMING_FIELDS = ['userId', 'email', 'number', 'number2', 'number3'] as const;

export interface UploadDeps extends Stores, RosterDeps {
  readonly clock: Clock;
  /** Ends the search in the directory. */
  readonly budget?: () => AbortSignal;
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
  /** Rows that stay, but say something else than before. */
  readonly changed: number;
  /** Of a dry run: 1 when the upload would be refused without `replaceAll`. */
  readonly wouldRefuse?: 0 | 1;
}

/**
 * Changes the agents, completely or not at all.
 *
 * The returned function throws AgentsFileError (`would_remove`, `not_in_source`, `upload_running`, `changed_meanwhile`,
 * `not_mapped`) and whatever the vault, Entra, Graph and the tables throw; after any of them the agents are those from
 * before.
 */
export function agentUploader(deps: UploadDeps) {
  const budgetMs = deps.source.kind === 'list' ? BUDGET_MS : SOURCE_BUDGET_MS;
  const budget = deps.budget ?? (() => AbortSignal.timeout(budgetMs));
  return async (edit: AgentsEdit, { replaceAll, dryRun, basedOn }: UploadOptions): Promise<UploadResult> => {
    const readHead = () => currentHead(deps);
    const { stored, agents: before } = await mendedHeadWithAgents(deps.presence, deps.agents, readHead);
    const current = stored.head.agents;
    if (basedOn !== undefined && basedOn !== current.id) {
      throw new AgentsFileError(
        'changed_meanwhile',
        'Nothing was changed: the agents are no longer those of If-Match.',
      );
    }
    const list = before.filter(isListed);
    const edited = edit.apply(list);
    const lenient = replaceAll || dryRun;
    const guarded = edit.guarded(list);
    guard(guarded, removedRows(list, edited), lenient);
    const asking = { signal: budget(), again: false };
    const agents = await inTime(asking.signal, buildRoster(deps, listedRows(edited, list), before, asking));
    if (deps.source.kind !== 'list') refuseUnlisted(agents, edited, list);
    const gone = leavers(before, agents).length;
    const active = deps.source.kind === 'list' ? undefined : before.filter(isActive).length;
    guard(active, gone, lenient);
    const report = matchReport(agents, 'uploaded', before);
    const added = agents.filter(isActive).length - before.filter(isActive).length + gone;
    const counts = { added, removed: gone, changed: changedRows(list, edited) };
    const refused = tooMany(guarded, removedRows(list, edited)) || tooMany(active, gone);
    const wouldRefuse = refused && !replaceAll ? 1 : 0;
    if (dryRun) return { ...report, generation: current.id, ...counts, wouldRefuse };
    const { directory: known } = stored.head;
    // Who says that the loss is meant, or has the whole source listed, has answered what the last sync complained of.
    const answered = replaceAll || deps.source.kind !== 'list';
    const directory = { ...known, source: sourceText(deps.source), fault: answered ? undefined : known.fault };
    const unchanged = sameAgents(before, agents);
    const generation = unchanged ? current : await switchGeneration(deps, current, before, agents, directory);
    const news = directory.source !== known.source || directory.fault !== known.fault;
    if (unchanged && news) await recordDirectory(deps.presence, directory);
    await tidyUp(deps, generation, before, agents);
    return { ...report, generation: generation.id, ...counts };
  };
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
  return NAMING_FIELDS.every(field => a[field] === b[field]);
}

/** The edited rows, each with what is known of it if it names the same person as before. */
function listedRows(edited: readonly EditedRow[], list: readonly Agent[]): ListRow[] {
  const old = new Map(list.map(agent => [agent.agentId, agent]));
  return edited.map(({ entry, line, known }) => {
    const before = old.get(entry.agentId);
    const same = before !== undefined && samePerson(before, entry);
    return { entry, line, known: known ?? (same ? before : undefined) };
  });
}

function removedRows(list: readonly Agent[], edited: readonly EditedRow[]): number {
  const kept = new Set(edited.map(({ entry }) => entry.agentId));
  return list.filter(({ agentId }) => !kept.has(agentId)).length;
}

/** How many rows of the list stay, but say something else than before. */
function changedRows(list: readonly Agent[], edited: readonly EditedRow[]): number {
  const old = new Map(list.map(agent => [agent.agentId, agent]));
  return edited.filter(({ entry }) => {
    const before = old.get(entry.agentId);
    return before !== undefined && !isDeepStrictEqual(agentEntry(before), agentEntry(entry));
  }).length;
}

function tooMany(guarded: number | undefined, removed: number): guarded is number {
  return guarded !== undefined && removed > guarded / 2;
}

function guard(guarded: number | undefined, removed: number, lenient: boolean): void {
  if (lenient || !tooMany(guarded, removed)) return;
  throw new AgentsFileError(
    'would_remove',
    `Nothing was changed: the upload would remove ${removed} of ${guarded} agents. Repeat it with ?replaceAll=1 if that is meant.`,
  );
}

/** With groups or the tenant as source a new row has to stand for one of them; older ones wait for another source. */
function refuseUnlisted(agents: readonly Agent[], edited: readonly EditedRow[], list: readonly Agent[]): void {
  const old = new Map(list.map(agent => [agent.agentId, agent]));
  const isNew = ({ entry, line }: EditedRow) => {
    const before = old.get(entry.agentId);
    return line > 0 && (before === undefined || !samePerson(before, entry));
  };
  const uploaded = new Map(edited.filter(isNew).map(({ entry, line }) => [entry.agentId, line]));
  const unlisted = agents.filter(({ account, agentId }) => account === 'parked' && uploaded.has(agentId));
  if (unlisted.length === 0) return;
  const faults = unlisted.map(({ agentId }) => `line ${uploaded.get(agentId)}: ${agentId} is nobody of AGENT_SOURCE`);
  throw new AgentsFileError(
    'not_in_source',
    `Nothing was changed: ${unlisted.length} rows stand for nobody of AGENT_SOURCE. Add these people there, or leave the rows out.`,
    faults.slice(0, SHOWN_ROWS),
  );
}
