import type { ResolvedBy } from '../../domain/agents/agent.ts';
import type { DirectoryUser } from '../../ports/directory.ts';

/** What the directory says of a row. */
export interface Resolution {
  readonly user: DirectoryUser | undefined;
  readonly resolvedBy: ResolvedBy;
  readonly ambiguous: boolean;
  /** There was no time to find out. */
  readonly pending: boolean;
  /** Of a row whose e-mail or object id nobody has: the UPN of whom the number would find; empty for nobody. */
  readonly foundByNumber: string;
  /** The UPN of who has the row's e-mail, if that is not the person of its object id; empty otherwise. */
  readonly emailOwner: string;
}

export const NOBODY: Resolution = {
  user: undefined,
  resolvedBy: '',
  ambiguous: false,
  pending: false,
  foundByNumber: '',
  emailOwner: '',
};
export const PENDING: Resolution = { ...NOBODY, pending: true };

/** Those who fit better, or all where none does. */
function preferred(users: readonly DirectoryUser[], fits: (user: DirectoryUser) => boolean): readonly DirectoryUser[] {
  const better = users.filter(fits);
  return better.length > 0 ? better : users;
}

/**
 * One person, several who fit equally, or nobody. A guest of the same address leaves it to the member, and who has left
 * leaves his number to who has it now.
 */
export function decided(users: readonly DirectoryUser[], resolvedBy: ResolvedBy): Resolution | undefined {
  const members = preferred(users, ({ isGuest }) => !isGuest);
  const meant = resolvedBy === 'number' ? preferred(members, ({ accountEnabled }) => accountEnabled) : members;
  const distinct = new Map(meant.map(user => [user.id, user]));
  const [user] = distinct.values();
  if (user === undefined) return undefined;
  return distinct.size > 1 ? { ...NOBODY, ambiguous: true } : { ...NOBODY, user, resolvedBy };
}
