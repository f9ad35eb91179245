import { createHash } from 'node:crypto';

/** A person of the simulated tenant. */
export interface Person {
  /** Entra object id. */
  readonly id: string;
  /** The agentId the ACD knows the person by; empty when no agent stands for them. */
  agentId: string;
  readonly displayName: string;
  userPrincipalName: string;
  mail: string;
  /** Further addresses. */
  aliases: string[];
  /** Group of the ACD, and name of the Entra group the person is in. */
  readonly group: string;
  number: string;
  mobile: string;
  userType: 'Member' | 'Guest';
  accountEnabled: boolean;
}

const DOMAIN = 'contoso.com';
const GROUPS = ['support', 'sales', 'service'];
/** Stands first, in this order, whatever the seed: the sample agents are these. */
const CAST = [
  ...['Anna Beck', 'Jörg Müller', 'Maria Schäfer', 'Peter Groß', 'Sophie Lang', 'Tom Weiß'],
  ...['Lena Krüger', 'Ömer Yıldız', 'Clara Vogel', 'Jan Novák', 'Ida Sørensen', 'Paul O’Brien'],
];
/** Addresses may hold an apostrophe, which a filter of Graph has to escape. */
const ADDRESSES: Readonly<Record<string, string>> = { 'Paul O’Brien': "paul.o'brien" };
const FIRST = ['Mia', 'Ben', 'Emma', 'Leon', 'Hannah', 'Finn', 'Laura', 'Noah', 'Julia', 'Elias', 'Sarah', 'Jonas'];
const LAST = ['Bauer', 'Fischer', 'Hofmann', 'Jäger', 'Keller', 'Lorenz', 'Maier', 'Neumann', 'Richter', 'Schulz'];

/** The same number from 0 to 1 for the same words, spread evenly. */
export function chance(...words: (string | number)[]): number {
  return createHash('sha256').update(words.join('/')).digest().readUInt32BE(0) / 2 ** 32;
}

function guid(seed: number, index: number): string {
  const hex = createHash('sha256').update(`person/${seed}/${index}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function nameOf(seed: number, index: number): string {
  const pick = (from: readonly string[], what: string) =>
    from[Math.floor(chance(seed, what, index) * from.length)] ?? '';
  return CAST[index] ?? `${pick(FIRST, 'first')} ${pick(LAST, 'last')}`;
}

/** The mailbox part of a name: letters without marks, `ß` as `ss`. */
function mailbox(name: string): string {
  return name
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ı', 'i')
    .normalize('NFD')
    .replace(/[^A-Za-z ]/g, '')
    .toLowerCase();
}

/** A group of Entra: people, and groups within it. */
export interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly memberIds: Set<string>;
  readonly groupIds: Set<string>;
}

/** One group for each of the ACD's, and one that holds them all. */
export function createGroups(people: readonly Person[], seed: number): Group[] {
  const teams = GROUPS.map((displayName, index) => ({
    id: guid(seed, -1 - index),
    displayName,
    memberIds: new Set(people.filter(({ group }) => group === displayName).map(({ id }) => id)),
    groupIds: new Set<string>(),
  }));
  const groupIds = new Set(teams.map(({ id }) => id));
  return [...teams, { id: guid(seed, -100), displayName: 'call-centre', memberIds: new Set(), groupIds }];
}

/** So many people, always the same for the same seed. */
export function createPeople(count: number, seed: number): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const displayName = nameOf(seed, index);
    const [first = '', last = ''] = mailbox(displayName).split(' ');
    const address = ADDRESSES[displayName] ?? (index < CAST.length ? first : `${first}.${last}${index}`);
    return {
      id: guid(seed, index),
      agentId: String(1001 + index),
      displayName,
      userPrincipalName: `${address}@${DOMAIN}`,
      mail: `${address}@${DOMAIN}`,
      aliases: [`${address}@old.${DOMAIN}`],
      group: GROUPS[index % GROUPS.length] ?? '',
      number: `+49 89 ${123_456_000 + index}`,
      mobile: '',
      userType: 'Member',
      accountEnabled: true,
    };
  });
}

/** The people as a file that can be uploaded as agents. */
export function agentsCsv(people: readonly Person[]): string {
  const rows = people.map(
    ({ agentId, mail, displayName, group, number }) => `${agentId};${mail};${displayName};${group};${number}`,
  );
  return `${['agentId;email;displayName;group;number', ...rows].join('\r\n')}\r\n`;
}
