import type { CountryCode } from 'libphonenumber-js/min';
import type { Agent, AgentEntry, ResolvedBy } from '../../domain/agents/agent.ts';
import { numberKey } from '../../domain/agents/phoneNumber.ts';
import { chunk } from '../../lib/chunk.ts';
import type { DirectoryField, DirectoryUser } from '../../ports/directory.ts';

/** A row to be looked up. */
export interface OpenRow {
  readonly entry: AgentEntry;
  /** What the directory said before of the very same row. */
  readonly known: Agent | undefined;
}

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

/** Whom rows are looked up among. */
export interface People {
  find(field: DirectoryField, values: readonly string[]): Promise<readonly DirectoryUser[]>;
  /** Asked for only when a phone number has to be matched, because numbers cannot be looked up. */
  everybody(): Promise<readonly DirectoryUser[]>;
}

export interface Matching {
  readonly country: CountryCode;
  /** Ends the search; rows that are open then are pending. */
  readonly signal: AbortSignal;
  /** List everybody also for numbers that nobody had the last time. */
  readonly relist: boolean;
}

/** So many values are looked up before the time is checked again. */
const SLICE = 3_000;

export const NOBODY: Resolution = {
  user: undefined,
  resolvedBy: '',
  ambiguous: false,
  pending: false,
  foundByNumber: '',
  emailOwner: '',
};
export const PENDING: Resolution = { ...NOBODY, pending: true };

/** What a field of a person holds, in lower case. */
export function valuesOf(user: DirectoryUser, field: DirectoryField): readonly string[] {
  return (field === 'alias' ? user.aliases : [user[field]]).map(value => value.toLowerCase());
}

/** Those who fit better, or all where none does. */
function preferred(users: readonly DirectoryUser[], fits: (user: DirectoryUser) => boolean): readonly DirectoryUser[] {
  const better = users.filter(fits);
  return better.length > 0 ? better : users;
}

/**
 * One person, several who fit equally, or nobody. A guest of the same address leaves it to the member, and who has left
 * leaves his number to who has it now.
 */
function decided(users: readonly DirectoryUser[], resolvedBy: ResolvedBy): Resolution | undefined {
  const members = preferred(users, ({ isGuest }) => !isGuest);
  const meant = resolvedBy === 'number' ? preferred(members, ({ accountEnabled }) => accountEnabled) : members;
  const distinct = new Map(meant.map(user => [user.id, user]));
  const [user] = distinct.values();
  if (user === undefined) return undefined;
  return distinct.size > 1 ? { ...NOBODY, ambiguous: true } : { ...NOBODY, user, resolvedBy };
}

/** Keys of the numbers that are known outside the house; an extension is nobody's number there. */
export function outsideNumbers(numbers: readonly string[], country: CountryCode): string[] {
  return numbers.map(number => numberKey(number, country)).filter(key => key.startsWith('+'));
}

const numbersOf = ({ number, number2, number3 }: AgentEntry) => [number, number2, number3];

/** The fields that an e-mail may stand in, the best first, and what a row is resolved by that is found there. */
const ADDRESSES = [
  ['userPrincipalName', 'upn'],
  ['mail', 'mail'],
  ['alias', 'alias'],
] as const;

/** By which of its addresses a row still means a person; undefined when by none. */
function addressFits({ email }: AgentEntry, user: DirectoryUser): ResolvedBy | undefined {
  if (email === '') return undefined;
  return ADDRESSES.find(([field]) => valuesOf(user, field).includes(email.toLowerCase()))?.[1];
}

/** A number finds only who is called by nothing else: behind a mistyped address or id stands somebody else. */
const isNumberOnly = ({ email, userId }: AgentEntry) => email === '' && userId === '';

/** Whether a row still means a person by one of its numbers. */
function numberFits(entry: AgentEntry, user: DirectoryUser, country: CountryCode): ResolvedBy | undefined {
  const numbers = new Set(outsideNumbers(user.numbers, country));
  return outsideNumbers(numbersOf(entry), country).some(number => numbers.has(number)) ? 'number' : undefined;
}

/**
 * Finds out who each row stands for: by object id, then UPN, mail, alias, and a row without an address by phone number.
 * Somebody whose address or number was changed in the directory stays who they are, as long as nobody else has it.
 *
 * @returns one resolution for each row
 */
export async function matchDirectory(
  rows: readonly OpenRow[],
  people: People,
  { country, signal, relist }: Matching,
): Promise<Resolution[]> {
  const resolutions: (Resolution | undefined)[] = rows.map(() => undefined);
  /** Known by object id, but nothing else of the row is theirs any more. */
  const doubtful = new Map<number, DirectoryUser>();
  const foundByNumber = new Map<number, string>();
  let outOfTime = false;

  const open = () => [...rows.entries()].filter(([index]) => resolutions[index] === undefined);

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

  async function lookUp(
    field: DirectoryField,
    keyOf: (row: OpenRow) => string,
    assign: (index: number, users: readonly DirectoryUser[]) => void,
    among = open(),
  ): Promise<void> {
    const wanted = among.map(([index, row]) => ({ index, key: keyOf(row).toLowerCase() }));
    for (const slice of chunk(
      wanted.filter(({ key }) => key !== ''),
      SLICE,
    )) {
      const users = await inTime(() => people.find(field, [...new Set(slice.map(({ key }) => key))]));
      if (users === undefined) return;
      const pairs = users.flatMap(user => valuesOf(user, field).map(value => [value, user] as const));
      const byKey = Map.groupBy(pairs, ([value]) => value);
      for (const { index, key } of slice)
        assign(
          index,
          (byKey.get(key) ?? []).map(([, user]) => user),
        );
    }
  }

  await lookUp(
    'id',
    ({ entry, known }) => entry.userId || (known?.objectId ?? ''),
    (index, users) => {
      const [user] = users;
      const row = rows[index];
      if (user === undefined || row === undefined) return;
      const { entry } = row;
      const number = entry.email === '' ? numberFits(entry, user, country) : undefined;
      const fits = entry.userId === '' ? (addressFits(entry, user) ?? number) : 'userId';
      if (fits === undefined) doubtful.set(index, user);
      else resolutions[index] = { ...NOBODY, user, resolvedBy: fits };
    },
  );
  const emailOf = ({ entry }: OpenRow) => entry.email;
  for (const [field, resolvedBy] of ADDRESSES) {
    await lookUp(field, emailOf, (index, users) => {
      resolutions[index] = decided(users, resolvedBy);
    });
  }
  /** The object id decides; whose the e-mail of such a row is, if it is not that person's, is said. */
  const findEmailOwners = async () => {
    const disputed = [...rows.entries()].filter(([index, { entry }]) => {
      const { user, resolvedBy } = resolutions[index] ?? NOBODY;
      return resolvedBy === 'userId' && user !== undefined && entry.email !== '' && !addressFits(entry, user);
    });
    const nameOwner = (index: number, [owner]: readonly DirectoryUser[]) => {
      const resolution = resolutions[index];
      if (owner !== undefined && resolution?.emailOwner === '')
        resolutions[index] = { ...resolution, emailOwner: owner.userPrincipalName };
    };
    for (const [field] of ADDRESSES) await lookUp(field, emailOf, nameOwner, disputed);
    // Without an answer an address that may be somebody else's must not show this person.
    for (const [index, { known }] of outOfTime ? disputed : []) {
      const resolution = resolutions[index] ?? NOBODY;
      if (resolution.emailOwner === '')
        resolutions[index] = known === undefined ? PENDING : { ...resolution, emailOwner: known.emailOwner };
    }
  };
  const settleDoubts = (meant: (entry: AgentEntry) => boolean) => {
    for (const [index, user] of outOfTime ? [] : doubtful) {
      const entry = rows[index]?.entry;
      if (entry === undefined || !meant(entry)) continue;
      const resolvedBy = numberFits(entry, user, country) ?? 'known';
      resolutions[index] ??= { ...NOBODY, user, resolvedBy };
    }
  };
  // An address that nobody has any more leaves the person who had it; a number may have gone to somebody else.
  settleDoubts(({ email }) => email !== '');
  await findEmailOwners();

  const numbered = open().filter(([, { entry }]) => outsideNumbers(numbersOf(entry), country).length > 0);
  // The directory is not listed each hour for the same slip of the pen, and never again for who only has to be named.
  const isOld = ({ known }: OpenRow) => known?.account === 'not-in-directory' || known?.resolvedBy === 'known';
  const isNews = (row: OpenRow) => !isOld(row) || (relist && isNumberOnly(row.entry));
  const lists = numbered.some(([, row]) => isNews(row));
  if (lists) {
    const everybody = (await inTime(() => people.everybody())) ?? [];
    const pairs = everybody.flatMap(user => outsideNumbers(user.numbers, country).map(key => [key, user] as const));
    const byNumber = Map.groupBy(pairs, ([key]) => key);
    for (const [index, { entry }] of numbered) {
      const keys = outsideNumbers(numbersOf(entry), country);
      const found = decided(
        keys.flatMap(key => (byNumber.get(key) ?? []).map(([, user]) => user)),
        'number',
      );
      if (isNumberOnly(entry)) resolutions[index] = found;
      else if (found?.user !== undefined) foundByNumber.set(index, found.user.userPrincipalName);
    }
  }
  settleDoubts(() => true);
  const nobody = (index: number): Resolution => {
    const { entry, known } = rows[index] ?? {};
    // Of whom nobody asked, what was found the last time still stands.
    const ambiguous = !lists && entry !== undefined && isNumberOnly(entry) && known?.ambiguous === true;
    return { ...NOBODY, ambiguous, foundByNumber: foundByNumber.get(index) ?? known?.foundByNumber ?? '' };
  };
  return resolutions.map((resolution, index) => resolution ?? (outOfTime ? PENDING : nobody(index)));
}
