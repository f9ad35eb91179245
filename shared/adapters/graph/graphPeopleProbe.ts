import type { User } from '@microsoft/microsoft-graph-types';
import type { PeopleProbe } from '../../ports/peopleProbe.ts';
import { isGuest } from './directoryUser.ts';
import type { GraphClient } from './graphClient.ts';
import { textOf, type Untrusted } from './untrusted.ts';

const PATH = '/v1.0/users?$select=id,accountEnabled,userType&$top=20';

/** Guests and disabled accounts have no presence to try. */
export function graphPeopleProbe(graph: GraphClient): PeopleProbe {
  return {
    async sampleUserIds(token) {
      const { body } = await graph({ method: 'GET', path: PATH, token });
      const users = Array.isArray(body['value']) ? (body['value'] as (Untrusted<User> | null)[]) : [];
      return users
        .filter(user => user !== null)
        .filter(user => user.accountEnabled !== false && !isGuest(user))
        .map(user => textOf(user.id).toLowerCase())
        .filter(id => id !== '');
    },
  };
}
