import type { CountryCode } from 'libphonenumber-js/min';
import type { Agent, AgentEntry, ResolvedBy } from '../../domain/agents/agent.ts';
import { numberKey, numberReadings } from '../../domain/agents/phoneNumber.ts';
import { chunk } from '../../lib/chunk.ts';
import type { DirectoryField, DirectoryUser } from '../../ports/directory.ts';
import { type People, type TimedPeople, timedPeople, valuesOf } from './people.ts';
import { decided, NOBODY, PENDING, type Resolution } from './resolution.ts';

/** A row to be looked up. */
interface OpenRow {
  readonly entry: AgentEntry;
  /** What the directory said before of the very same row. */
  readonly known: Agent | undefined;
}

interface Matching {
  readonly country: CountryCode;
  /** Ends the search; rows that are open then are pending. */
  readonly signal: AbortSignal;
  /** List everybody also for numbers that nobody had the last time. */
  readonly relist: boolean;
}

/** How far a match has come. */
interface Match {
  readonly rows: readonly OpenRow[];
  readonly people: TimedPeople;
  readonly country: CountryCode;
  /** By the place of the row; undefined while it is open. */
  readonly resolutions: (Resolution | undefined)[];
  /** Known by object id, but nothing else of the row is theirs any more. */
  readonly doubtful: Map<number, DirectoryUser>;
  /** Whom an address finds for now: somebody else may have in the first field what a guest or they have in the last. */
  readonly provisional: Map<number, Resolution>;
  /** UPN of whom the number of a row finds that has an address or id of nobody. */
  readonly foundByNumber: Map<number, string>;
}

type PlacedRow = readonly [index: number, row: OpenRow];

/** So many values are looked up before the time is checked again. */
const SLICE = 3_000;

/** Keys of the numbers that are known outside the house; an extension is nobody's number there. */
export function outsideNumbers(numbers: readonly string[], country: CountryCode): string[] {
  return numbers.map(number => numberKey(number, country)).filter(key => key.startsWith('+'));
}

/** For each number of a row what it may mean outside the house, the likeliest first. */
function numbersOf({ number, number2, number3 }: AgentEntry, country: CountryCode): string[][] {
  return [number, number2, number3].map(text => numberReadings(text, country).filter(key => key.startsWith('+')));
}

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
  return numbersOf(entry, country).some(readings => readings.some(key => numbers.has(key))) ? 'number' : undefined;
}

/** Whether a number of a row, which has no extension, now has one behind it that is a person's: it is the main number. */
function isMainNumber(entry: AgentEntry, user: DirectoryUser, country: CountryCode): boolean {
  const directory = outsideNumbers(user.numbers, country);
  return numbersOf(entry, country)
    .flat()
    .some(number => directory.some(key => key.startsWith(`${number};ext=`)));
}

function openRows({ rows, resolutions }: Match): PlacedRow[] {
  return [...rows.entries()].filter(([index]) => resolutions[index] === undefined);
}

/** Who has what stands in a row, for each of the rows; ends where the time does. */
async function lookUp(
  { people }: Match,
  field: DirectoryField,
  among: readonly PlacedRow[],
  keyOf: (row: OpenRow) => string,
  assign: (index: number, users: readonly DirectoryUser[], row: OpenRow) => void,
): Promise<void> {
  const wanted = among.map(([index, row]) => ({ index, row, key: keyOf(row).toLowerCase() }));
  for (const slice of chunk(
    wanted.filter(({ key }) => key !== ''),
    SLICE,
  )) {
    const users = await people.findUsers(field, [...new Set(slice.map(({ key }) => key))]);
    if (users === undefined) return;
    const pairs = users.flatMap(user => valuesOf(user, field).map(value => [value, user] as const));
    const byKey = Map.groupBy(pairs, ([value]) => value);
    for (const { index, row, key } of slice) {
      const found = (byKey.get(key) ?? []).map(([, user]) => user);
      assign(index, found, row);
    }
  }
}

const emailOf = ({ entry }: OpenRow) => entry.email;

/** Whom a row names by object id, and who is known of a row that names nobody so. */
async function byObjectId(match: Match): Promise<void> {
  const idOf = ({ entry, known }: OpenRow) => entry.userId || (known?.objectId ?? '');
  await lookUp(match, 'id', openRows(match), idOf, (index, [user], { entry }) => {
    if (user === undefined) return;
    const number = entry.email === '' ? numberFits(entry, user, match.country) : undefined;
    const fits = entry.userId === '' ? (addressFits(entry, user) ?? number) : 'userId';
    // A guest leaves the address to a member who has it now; who has it in a later field, to whom it means more.
    const mayLose = entry.userId === '' && entry.email !== '' && (user.isGuest || fits !== 'upn');
    // Who has left leaves a number to whoever has it now.
    const leaves = isNumberOnly(entry) && !user.accountEnabled;
    if (fits === undefined || leaves) match.doubtful.set(index, user);
    else if (mayLose) match.provisional.set(index, { ...NOBODY, user, resolvedBy: fits });
    else match.resolutions[index] = { ...NOBODY, user, resolvedBy: fits };
  });
}

async function byAddress(match: Match): Promise<void> {
  for (const [field, resolvedBy] of ADDRESSES) {
    await lookUp(match, field, openRows(match), emailOf, (index, users) => {
      const found = decided(users, resolvedBy);
      if (users.some(({ isGuest }) => !isGuest)) match.resolutions[index] = found;
      else if (found !== undefined) match.provisional.set(index, match.provisional.get(index) ?? found);
    });
  }
  if (match.people.isOutOfTime()) return;
  for (const [index, found] of match.provisional) match.resolutions[index] ??= found;
}

/** An address that nobody has any more leaves the person who had it; a number may have gone to somebody else. */
function decideAmongCandidates(match: Match, isMeant: (entry: AgentEntry) => boolean): void {
  for (const [index, user] of match.people.isOutOfTime() ? [] : match.doubtful) {
    const entry = match.rows[index]?.entry;
    if (entry === undefined || !isMeant(entry)) continue;
    const resolvedBy = numberFits(entry, user, match.country) ?? 'previous';
    // The main number never answers with one person's presence.
    if (resolvedBy === 'previous' && isNumberOnly(entry) && isMainNumber(entry, user, match.country)) continue;
    match.resolutions[index] ??= { ...NOBODY, user, resolvedBy };
  }
}

/** The object id decides; whose the e-mail of such a row is, if it is not that person's, is said. */
async function nameEmailOwners(match: Match): Promise<void> {
  const { rows, people, resolutions } = match;
  const disputed = [...rows.entries()].filter(([index, { entry }]) => {
    const { user, resolvedBy } = resolutions[index] ?? NOBODY;
    return resolvedBy === 'userId' && user !== undefined && entry.email !== '' && !addressFits(entry, user);
  });
  for (const [field] of ADDRESSES) {
    await lookUp(match, field, disputed, emailOf, (index, [owner]) => {
      const resolution = resolutions[index];
      if (owner !== undefined && resolution?.emailOwner === '')
        resolutions[index] = { ...resolution, emailOwner: owner.userPrincipalName };
    });
  }
  // Without an answer an address that may be somebody else's must not show this person.
  for (const [index, { known }] of people.isOutOfTime() ? disputed : []) {
    const resolution = resolutions[index] ?? NOBODY;
    if (resolution.emailOwner === '')
      resolutions[index] = known === undefined ? PENDING : { ...resolution, emailOwner: known.emailOwner };
  }
}

/** Rows whose number is to be looked for, although the directory has to be listed for it. */
function isNews({ entry, known }: OpenRow, relist: boolean): boolean {
  // Not each hour for the same slip of the pen, and never again for who only has to be named.
  const isGone = known?.account === 'not-in-directory' || known?.account === 'account-disabled';
  const isOld = isGone || known?.resolvedBy === 'previous';
  return !isOld || (relist && isNumberOnly(entry));
}

/** @returns whether the directory was listed */
async function byNumber(match: Match, relist: boolean): Promise<boolean> {
  const { people, country, resolutions, foundByNumber } = match;
  const numbered = openRows(match)
    .map(([index, row]) => ({ index, row, numbers: numbersOf(row.entry, country) }))
    .filter(({ numbers }) => numbers.flat().length > 0);
  if (!numbered.some(({ row }) => isNews(row, relist))) return false;
  const everybody = (await people.listUsers()) ?? [];
  const pairs = everybody.flatMap(user => outsideNumbers(user.numbers, country).map(key => [key, user] as const));
  const owners = Map.groupBy(pairs, ([key]) => key);
  const ownersOf = (keys: readonly string[]) => keys.flatMap(key => (owners.get(key) ?? []).map(([, user]) => user));
  for (const { index, row, numbers } of numbered) {
    const likeliest = ownersOf(numbers.flatMap(([first = '']) => first));
    const users = likeliest.length > 0 ? likeliest : ownersOf(numbers.flat());
    const found = decided(users, 'number');
    if (isNumberOnly(row.entry)) resolutions[index] = found;
    else if (found?.user !== undefined) foundByNumber.set(index, found.user.userPrincipalName);
  }
  return true;
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
  const match: Match = {
    rows,
    people: timedPeople(people, signal),
    country,
    resolutions: rows.map(() => undefined),
    doubtful: new Map(),
    provisional: new Map(),
    foundByNumber: new Map(),
  };
  await byObjectId(match);
  await byAddress(match);
  decideAmongCandidates(match, ({ email }) => email !== '');
  await nameEmailOwners(match);
  const wasListed = await byNumber(match, relist);
  decideAmongCandidates(match, () => true);
  const nobody = ({ entry, known }: OpenRow, index: number): Resolution => {
    // Of whom nobody asked, what was found the last time still stands.
    const ambiguous = !wasListed && isNumberOnly(entry) && known?.ambiguous === true;
    const before = wasListed ? '' : (known?.foundByNumber ?? '');
    return { ...NOBODY, ambiguous, foundByNumber: match.foundByNumber.get(index) ?? before };
  };
  const isOut = match.people.isOutOfTime();
  return rows.map((row, index) => match.resolutions[index] ?? (isOut ? PENDING : nobody(row, index)));
}
