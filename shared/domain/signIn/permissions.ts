/** What a token permits: delegated permissions (`scp`) and application permissions (`roles`). */
export interface Permissions {
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}

/** Each of these lets presence be read; the guide grants the second one. */
export const READ_PRESENCE: ReadonlySet<string> = new Set(['Presence.Read.All', 'Presence.ReadWrite.All']);

/** Whether Graph may let presence be read; where nobody knows it is worth a try. */
export function mayReadPresence(known: Permissions | undefined): boolean {
  return known === undefined || known.roles.some(role => READ_PRESENCE.has(role));
}
