import { GUID } from '../../lib/guid.ts';

/** Who the agents are: the uploaded list, the members of Entra groups, or everybody in the tenant. */
export type AgentSource =
  | { readonly kind: 'list' }
  | { readonly kind: 'group'; readonly groupIds: readonly string[] }
  | { readonly kind: 'tenant' };

/** Reads `list`, `tenant` or `group:ID[,ID]`; undefined for anything else. */
export function readAgentSource(text: string): AgentSource | undefined {
  const words = text.trim();
  if (words === 'list' || words === 'tenant') return { kind: words };
  if (!words.startsWith('group:')) return undefined;
  const groupIds = words
    .slice('group:'.length)
    .split(',')
    .map(id => id.trim().toLowerCase());
  return groupIds.every(id => GUID.test(id)) ? { kind: 'group', groupIds: [...new Set(groupIds)].sort() } : undefined;
}

/** The source as text that is the same for the same source. */
export function sourceText(source: AgentSource): string {
  return source.kind === 'group' ? `group:${source.groupIds.join(',')}` : source.kind;
}
