import type { DirectoryField, DirectoryUser } from '../../ports/directory.ts';
import { type People, valuesOf } from './people.ts';

/** People that are in memory already, looked up as the directory would. */
export function peopleAmong(users: readonly DirectoryUser[]): People {
  const indexes = new Map<DirectoryField, Map<string, DirectoryUser[]>>();
  function indexOf(field: DirectoryField): Map<string, DirectoryUser[]> {
    const known = indexes.get(field);
    if (known !== undefined) return known;
    const pairs = users.flatMap(user => valuesOf(user, field).map(value => [value, user] as const));
    const byValue = Map.groupBy(pairs, ([value]) => value);
    const index = new Map([...byValue].map(([value, found]) => [value, found.map(([, user]) => user)]));
    indexes.set(field, index);
    return index;
  }
  return {
    findUsers: async (field, values) =>
      values.filter(value => value !== '').flatMap(value => indexOf(field).get(value.toLowerCase()) ?? []),
    listUsers: async () => users,
  };
}
