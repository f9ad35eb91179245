import type { CountryCode } from 'libphonenumber-js/min';
import type { AccountState, Agent, AgentEntry } from '../domain/agent.ts';
import { NO_SHARD } from '../domain/agent.ts';
import { numberKey, toE164 } from '../domain/phoneNumber.ts';
import type { Directory, DirectoryField, DirectoryUser } from '../ports/directory.ts';
import type { AccessToken } from '../ports/tokenProvider.ts';

/** What the directory says of one entry. */
export interface Resolution {
  readonly user: DirectoryUser | undefined;
  /** Several people have this address: nobody is taken for another. */
  readonly ambiguous: boolean;
}

const NOBODY: Resolution = { user: undefined, ambiguous: false };

/** Looks every entry up: by object id, then by UPN, then by mail, each for those not found before. */
export async function resolveAgents(
  entries: readonly AgentEntry[],
  directory: Directory,
  token: AccessToken,
): Promise<Resolution[]> {
  const resolutions: (Resolution | undefined)[] = entries.map(() => undefined);

  async function lookUp(field: DirectoryField, keyOf: (entry: AgentEntry) => string): Promise<void> {
    const open = entries.flatMap((entry, index) => {
      const key = keyOf(entry).toLowerCase();
      return resolutions[index] === undefined && key !== '' ? [{ index, key }] : [];
    });
    if (open.length === 0) return;
    const users = await directory.find(field, [...new Set(open.map(({ key }) => key))], token);
    const byKey = Map.groupBy(users, user => user[field].toLowerCase());
    for (const { index, key } of open) {
      const found = new Map((byKey.get(key) ?? []).map(user => [user.id, user]));
      const [user] = found.values();
      if (user !== undefined)
        resolutions[index] = found.size > 1 ? { user: undefined, ambiguous: true } : { user, ambiguous: false };
    }
  }

  await lookUp('id', entry => entry.userId);
  await lookUp('userPrincipalName', entry => entry.email);
  await lookUp('mail', entry => entry.email);
  return resolutions.map(resolution => resolution ?? NOBODY);
}

/** The entry as an agent, not yet given to a shard. */
export function resolvedAgent(entry: AgentEntry, { user }: Resolution, country: CountryCode): Agent {
  const account: AccountState =
    user === undefined ? 'not-in-directory' : user.accountEnabled ? 'mapped' : 'account-disabled';
  const numbers = [entry.number, entry.number2, entry.number3].map(number => numberKey(number, country));
  return {
    ...entry,
    numberE164: toE164(entry.number, country),
    numberKeys: [...new Set(numbers)].join(' ').trim(),
    account,
    objectId: user?.id ?? '',
    userPrincipalName: user?.userPrincipalName ?? '',
    mail: user?.mail ?? '',
    directoryName: user?.displayName ?? '',
    shard: NO_SHARD,
  };
}
