import type { User } from '@microsoft/microsoft-graph-types';
import type { PeopleProbe } from '../../ports/peopleProbe.ts';
import type { GraphClient } from './graphClient.ts';
import { type Loose, textOf } from './loose.ts';

export function graphPeopleProbe(graph: GraphClient): PeopleProbe {
  return {
    async anybody(token) {
      const { body } = await graph({ method: 'GET', path: '/v1.0/users?$select=id&$top=1', token });
      const [first] = Array.isArray(body['value']) ? (body['value'] as Loose<User>[]) : [];
      return textOf(first?.id).toLowerCase() || undefined;
    },
  };
}
