import { stringify } from 'csv-stringify/sync';
import { type Agent, type AgentEntry, agentEntry, byAgentId } from './agent.ts';

const COLUMNS = ['agentId', 'email', 'userId', 'number', 'number2', 'number3', 'displayName', 'group'] as const;

/** The agents as they were uploaded, in the order of their ids: a file that uploads unchanged. */
export function exportedEntries(agents: readonly Agent[]): AgentEntry[] {
  return [...agents].sort(byAgentId).map(agentEntry);
}

/** The same as CSV for a spreadsheet: with BOM, and no cell that a spreadsheet would take for a formula. */
export function exportedCsv(agents: readonly Agent[]): string {
  return stringify(exportedEntries(agents), {
    header: true,
    columns: [...COLUMNS],
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}
