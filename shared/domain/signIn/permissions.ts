/** What a token permits: delegated permissions (`scp`) and application permissions (`roles`). */
export interface Permissions {
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}

/** Each of these lets presence be read; the guide grants the second one. */
export const READ_PRESENCE: ReadonlySet<string> = new Set(['Presence.Read.All', 'Presence.ReadWrite.All']);

export function mayReadPresence({ roles }: Permissions): boolean {
  return roles.some(role => READ_PRESENCE.has(role));
}
