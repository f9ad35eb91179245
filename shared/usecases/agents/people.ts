import type { DirectoryField, DirectoryUser } from '../../ports/directory.ts';

/** Whom rows are looked up among. */
export interface People {
  findUsers(field: DirectoryField, values: readonly string[]): Promise<readonly DirectoryUser[]>;
  /** Asked for only when a phone number has to be matched, because numbers cannot be looked up. */
  listUsers(): Promise<readonly DirectoryUser[]>;
}

/** The same until a signal ends the search: after that nobody is found any more. */
export interface TimedPeople {
  /** Undefined when there was no time for it. */
  findUsers(field: DirectoryField, values: readonly string[]): Promise<readonly DirectoryUser[] | undefined>;
  listUsers(): Promise<readonly DirectoryUser[] | undefined>;
  isOutOfTime(): boolean;
}

/** What a field of a person holds, in lower case. */
export function valuesOf(user: DirectoryUser, field: DirectoryField): readonly string[] {
  return (field === 'alias' ? user.aliases : [user[field]]).map(value => value.toLowerCase());
}

export function timedPeople(people: People, signal: AbortSignal): TimedPeople {
  let outOfTime = false;

  async function inTime<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (signal.aborted) outOfTime = true;
    if (outOfTime) return undefined;
    try {
      return await work();
    } catch (error) {
      if (!signal.aborted) throw error;
      outOfTime = true;
      return undefined;
    }
  }

  return {
    findUsers: (field, values) => inTime(() => people.findUsers(field, values)),
    listUsers: () => inTime(() => people.listUsers()),
    isOutOfTime: () => outOfTime,
  };
}
