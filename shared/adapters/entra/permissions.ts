import { decodeJwt } from 'jose';

/** What a token permits: delegated permissions (`scp`) and application permissions (`roles`). */
export interface Permissions {
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}

/** Reads the permissions out of a token of Entra; a token that cannot be read permits nothing. */
export function permissionsOf(token: string): Permissions {
  try {
    const { scp, roles } = decodeJwt(token);
    return {
      scopes: typeof scp === 'string' ? scp.split(' ') : [],
      roles: Array.isArray(roles) ? roles.filter(role => typeof role === 'string') : [],
    };
  } catch {
    // Graph may hand out tokens in a form of its own; then only Graph itself can tell.
    return { scopes: [], roles: [] };
  }
}

/** Application permissions that let presence be read. */
const READ_PRESENCE = new Set(['Presence.Read.All', 'Presence.ReadWrite.All']);

export function mayReadPresence({ roles }: Permissions): boolean {
  return roles.some(role => READ_PRESENCE.has(role));
}
