import type { Directory, DirectoryUser } from '../../shared/ports/directory.ts';
import { peopleAmong } from '../../shared/usecases/agents/peopleAmong.ts';
import { guid } from './builders.ts';

export function user(index: number, rest: Partial<DirectoryUser> = {}): DirectoryUser {
  const address = `person${index}@contoso.com`;
  return {
    id: guid(index),
    userPrincipalName: address,
    mail: address,
    displayName: `Person ${index}`,
    accountEnabled: true,
    isGuest: false,
    aliases: [],
    numbers: [],
    ...rest,
  };
}

/** The port in memory: everybody is in every group. The users may be exchanged by a test. */
export function directoryOf(users: readonly DirectoryUser[]): Directory {
  const among = peopleAmong(users);
  return {
    findUsers: async (field, values) => [...(await among.findUsers(field, values))],
    listUsers: async () => [...users],
    listGroupMembers: async () => [...users],
  };
}
