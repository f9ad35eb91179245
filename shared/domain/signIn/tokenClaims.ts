import { decodeJwt } from 'jose';

import type { Permissions } from './permissions.ts';

/** Reads the permissions out of a token of Entra; a token that cannot be read permits nothing. */
export function tokenClaims(token: string): Permissions {
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
