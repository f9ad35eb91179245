import { decodeJwt } from 'jose';
import type { Permissions } from './permissions.ts';

/**
 * The permissions in a token of Entra; undefined for a token that cannot be read: Graph may have tokens in a form of its
 * own, and then only Graph itself can tell.
 */
export function tokenClaims(token: string): Permissions | undefined {
  try {
    const { scp, roles } = decodeJwt(token);
    return {
      scopes: typeof scp === 'string' ? scp.split(' ') : [],
      roles: Array.isArray(roles) ? roles.filter(role => typeof role === 'string') : [],
    };
  } catch {
    return undefined;
  }
}
