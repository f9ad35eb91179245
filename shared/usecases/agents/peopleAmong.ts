import type { DirectoryField, DirectoryUser } from '../../ports/directory.ts';
import { type People, valuesOf } from './people.ts';

/** People that are in memory already, looked up as the directory would. */
export function peopleAmong(users: readonly DirectoryUser[]): People {
  const indexes = new Map<DirectoryField, Map<string, DirectoryUser[]>>();
  function indexOf(field: DirectoryField): Map<string, DirectoryUser[]> {
    const known = indexes.get(field) ?? new Map<string, DirectoryUser[]>();
    if (indexes.has(field)) return known;
    for (const user of users) {
      for (const value of valuesOf(user, field)) {
        if (value === '') continue;
        const namesakes = known.get(value);
        if (namesakes === undefined) known.set(value, [user]);
        else namesakes.push(user);
      }
    }
    indexes.set(field, known);
    return known;
  }
  return {
    find: async (field, values) => values.flatMap(value => indexOf(field).get(value.toLowerCase()) ?? []),
    everybody: async () => users,
  };
}
