import { AgentsChangeRefused } from '../../errors/errors.ts';
import { comparable } from '../../lib/cleanText.ts';
import { type Agent, type AgentEntry, agentEntry, inGroup } from './agent.ts';
import { type AgentFile, type FileEntry, malformed } from './agentFile.ts';

/** A row of the list as it shall be. */
export interface ListRow {
  /** Its line in the file; 0 for a row that was there before. */
  readonly line: number;
  readonly entry: AgentEntry;
  /** What the directory said before of a row that stays as it is. */
  readonly known: Agent | undefined;
}

/** A change of the list of agents: from the agents so far to the rows that shall be. */
export interface ListEdit {
  apply(before: readonly Agent[]): ListRow[];
  /** How many agents the change is about, if one that removes more than half of them needs to be confirmed. */
  confirmable(before: readonly Agent[]): number | undefined;
}

const added = ({ entries }: AgentFile): ListRow[] =>
  entries.map(({ line, entry }) => ({ line, entry, known: undefined }));
const kept = (agent: Agent): ListRow => ({ line: 0, entry: agent, known: agent });

/** The file is the list. */
export function replaceAll(file: AgentFile): ListEdit {
  return { confirmable: before => before.length, apply: () => added(file) };
}

/** The file is the list of one group; rows without a group belong to it. */
export function replaceGroup(file: AgentFile, group: string): ListEdit {
  const isMeant = inGroup(group);
  return {
    confirmable: before => before.filter(isMeant).length,
    apply(before) {
      const others = before.filter(agent => !isMeant(agent));
      const elsewhere = new Map(others.map(agent => [agent.agentId, agent.group]));
      const faults = file.entries.flatMap(({ line, entry }) => {
        if (entry.group !== '' && !isMeant(entry)) return [`line ${line}: the group is not the one that is replaced`];
        return elsewhere.has(entry.agentId) ? [`line ${line}: agentId ${entry.agentId} belongs to another group`] : [];
      });
      if (faults.length > 0) throw malformed(faults);
      const inIt = ({ entry, ...row }: ListRow) => ({ ...row, entry: { ...entry, group: entry.group || group } });
      return [...others.map(kept), ...added(file).map(inIt)];
    },
  };
}

/** Of what names a person, the fields that the directory is asked by first. */
const NAMING = ['email', 'userId'] as const;

/**
 * What a file says of an agent who is there already: a column that it does not have stays as it is. Where it names
 * another person, what it does not say of this one is not known: numbers and name were those of the one before.
 */
function updated(agent: Agent | undefined, { entry, given }: FileEntry): AgentEntry {
  if (agent === undefined || given === undefined) return entry;
  const isOther = NAMING.some(field => given.includes(field) && comparable(entry[field]) !== comparable(agent[field]));
  const isKept = (field: string) => !given.includes(field) && (!isOther || field === 'group');
  return { ...entry, ...Object.fromEntries(Object.entries(agentEntry(agent)).filter(([field]) => isKept(field))) };
}

/** Adds and updates the agents of the file; nobody is removed. */
export function addOrUpdate(file: AgentFile): ListEdit {
  return {
    confirmable: () => undefined,
    apply(before) {
      const known = new Map(before.map(agent => [agent.agentId, agent]));
      const rows = file.entries.map(row => ({ ...row, entry: updated(known.get(row.entry.agentId), row) }));
      const meant = new Set(rows.map(({ entry }) => entry.agentId));
      return [...before.filter(agent => !meant.has(agent.agentId)).map(kept), ...added({ ...file, entries: rows })];
    },
  };
}

/** Removes one agent. @throws AgentsChangeRefused `not_mapped` */
export function removeOne(agentId: string): ListEdit {
  return {
    confirmable: () => undefined,
    apply(before) {
      const others = before.filter(agent => agent.agentId !== agentId);
      if (others.length === before.length)
        throw new AgentsChangeRefused('not_mapped', 'The uploaded list holds no agent of this agentId.');
      return others.map(kept);
    },
  };
}
