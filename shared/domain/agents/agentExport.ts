import { csvText } from '../../lib/csv.ts';
import { type Agent, type AgentEntry, agentEntry, byAgentId, ENTRY_FIELDS } from './agent.ts';

/** The agents as they were uploaded, in the order of their ids: a file that uploads unchanged. */
export function exportedEntries(agents: readonly Agent[]): AgentEntry[] {
  return [...agents].sort(byAgentId).map(agentEntry);
}

/** The same for a spreadsheet of the country. */
export function exportedCsv(agents: readonly Agent[], country: string): string {
  return csvText(exportedEntries(agents), ENTRY_FIELDS, country);
}
