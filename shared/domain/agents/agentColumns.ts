import { comparable } from '../../lib/cleanText.ts';
import { normalize } from '../../lib/normalize.ts';
import type { AgentEntry } from './agent.ts';
import { bareAddress, EMAIL } from './lookupKey.ts';
import { saySameNumber } from './phoneNumber.ts';

export type Field = keyof AgentEntry;

/** Names of columns by field, reduced to letters and digits. Names of an earlier rank go before those of a later one. */
const NAMES: Readonly<Record<Field, readonly (readonly string[])[]>> = {
  agentId: [
    ['agentid', 'agent', 'agentenid', 'agentennummer', 'agentennr', 'jtelid', 'jteluserid', 'usersid'],
    ['benutzerid', 'benutzernummer', 'benutzernr'],
    ['agentnr', 'agentnummer'],
  ],
  email: [
    ['userprincipalname', 'benutzerprinzipalname', 'upn', 'teamsemail'],
    ['email', 'mail', 'emailadresse', 'emailaddress', 'mailadresse', 'mailaddress'],
    [
      'emailgeschäftlich',
      'geschäftlicheemail',
      'workemail',
      'emailadres',
      'courriel',
      'adresseemail',
      'correoelectrónico',
    ],
    ['primarysmtpaddress'],
    ['windowsemailaddress'],
    ['sipaddress'],
  ],
  userId: [['entraobjectid', 'objectid', 'objektid'], ['userid'], ['externaldirectoryobjectid']],
  number: [
    ['number', 'number1', 'nummer', 'nummer1'],
    ['phone', 'phone1', 'phonenumber', 'phonenumber1', 'telefon', 'telefon1', 'rufnummer', 'rufnummer1'],
    ['telefonnummer', 'telefonnummer1', 'telephonenumber', 'telephone', 'businessphone', 'businessphones'],
    ['officephone', 'telefongeschäftlich', 'telefonnummergeschäftlich'],
    ['lineuri'],
  ],
  number2: [
    ['number2', 'nummer2'],
    ['phone2', 'phonenumber2', 'telefon2', 'telefonnummer2', 'rufnummer2'],
    ['mobilephone', 'mobile', 'mobil', 'handy', 'mobiltelefon', 'mobilnummer', 'handynummer', 'mobilenumber'],
  ],
  number3: [
    ['number3', 'nummer3'],
    ['phone3', 'phonenumber3', 'telefon3', 'telefonnummer3', 'rufnummer3'],
    ['durchwahl', 'nebenstelle', 'klappe', 'extension', 'rufnummerintern'],
  ],
  displayName: [['displayname', 'anzeigename'], ['fullname', 'vollername'], ['name']],
  group: [['group', 'gruppe', 'gruppenname', 'acdgroup', 'acdgruppe'], ['team']],
};

interface Meaning {
  readonly field: Field;
  readonly rank: number;
}

const MEANING_OF = new Map<string, Meaning>(
  (Object.keys(NAMES) as Field[]).flatMap(field =>
    NAMES[field].flatMap((names, rank) => names.map(name => [name, { field, rank }] as const)),
  ),
);

/** For each field the columns that hold it, the best one first. */
type Columns = ReadonlyMap<Field, readonly number[]>;

const NUMBER_FIELDS: ReadonlySet<Field> = new Set(['number', 'number2', 'number3']);
const MAX_SHOWN_NAME = 64;
const quoted = (name: string) => `"${name.slice(0, MAX_SHOWN_NAME)}"`;

interface ReadHeader {
  readonly columns: Columns;
  /** For each field its columns by rank, the best first; those of one rank have to say the same. */
  readonly ranked: ReadonlyMap<Field, readonly (readonly number[])[]>;
  /** Names that mean nothing to us. */
  readonly ignored: readonly string[];
  readonly faults: readonly string[];
}

/** Reads a header row: which column holds what. */
export function readHeader(header: readonly string[], line: number): ReadHeader {
  const meanings = header.map(name => MEANING_OF.get(normalize(name)));
  const columns = new Map<Field, number[]>();
  const ranked = new Map<Field, number[][]>();
  const faults: string[] = [];
  for (const field of Object.keys(NAMES) as Field[]) {
    const held = [...meanings.keys()].filter(index => meanings[index]?.field === field);
    held.sort((a, b) => (meanings[a]?.rank ?? 0) - (meanings[b]?.rank ?? 0));
    if (held.length === 0) continue;
    columns.set(field, held);
    // Of who it is for the ACD no column may say something else, whatever it is called.
    const byRank = Map.groupBy(held, index => (field === 'agentId' ? 0 : meanings[index]?.rank));
    ranked.set(field, [...byRank.values()]);
  }
  if (!columns.has('agentId')) {
    const found = header.filter(name => name !== '').map(quoted);
    const seen = found.length === 0 ? 'none' : found.slice(0, 10).join(', ');
    faults.push(
      `line ${line}: there is no column agentId. Name it agentId, Agenten-ID, Benutzer-ID or jtel ID; the columns are ${seen}`,
    );
  }
  const ignored = header.filter((name, index) => meanings[index] === undefined && name !== '');
  return { columns, ranked, ignored: ignored.map(name => name.slice(0, MAX_SHOWN_NAME)), faults };
}

/** So many rows are looked at for what their header does not say. */
const ROWS_LOOKED_AT = 20;
/** Addresses of which more are different are those of the people themselves. */
const MOSTLY = 0.65;

/**
 * Says which names would do where addresses of people stand in a column that means nothing: by a number alone somebody
 * else might be found. Undefined when none is missed.
 */
export function missedAddresses(
  { columns, ignored }: ReadHeader,
  all: readonly (readonly string[])[],
): string | undefined {
  const isSaid = (field: Field) =>
    columns.get(field)?.some(index => all.some(cells => (cells[index] ?? '') !== '')) ?? false;
  if (isSaid('email') || isSaid('userId')) return undefined;
  const rows = all.slice(0, ROWS_LOOKED_AT);
  const understood = new Set([...columns.values()].flat());
  const width = Math.max(0, ...rows.map(cells => cells.length));
  const isOfPeople = (index: number) => {
    const cells = rows.map(cells => bareAddress(cells[index] ?? '')).filter(cell => cell !== '');
    const addresses = cells.filter(cell => EMAIL.test(cell));
    // One address for most rows is that of a team or of whoever leads it.
    return addresses.length > cells.length / 2 && new Set(addresses).size > addresses.length * MOSTLY;
  };
  if (![...Array(width).keys()].some(index => !understood.has(index) && isOfPeople(index))) return undefined;
  const names = ignored.slice(0, 10).map(quoted).join(', ');
  return `no column says who the people are. Name the one with their addresses email or UPN, or leave it out; not understood: ${names}`;
}

/** How many cells of a header are names that mean something. */
export function knownNames(header: readonly string[]): number {
  return header.filter(name => MEANING_OF.has(normalize(name))).length;
}

/** Whether two cells say the same of one thing. */
function saySame(field: Field, one: string, other: string): boolean {
  // Ids that differ in case are two.
  if (field === 'agentId') return one === other;
  if (field === 'email') return comparable(bareAddress(one)) === comparable(bareAddress(other));
  if (comparable(one) === comparable(other)) return true;
  return NUMBER_FIELDS.has(field) && saySameNumber(one, other);
}

/** The columns of the best rank that says anything in a row. */
export function sayingFirst(ranks: readonly (readonly number[])[], cells: readonly string[]): number[] {
  const says = (index: number) => (cells[index] ?? '').trim() !== '';
  return ranks.find(rank => rank.some(says))?.filter(says) ?? [];
}

/** Names the columns of a row that say two things of one; undefined when they say the same. */
export function contradiction(
  { ranked }: ReadHeader,
  header: readonly string[],
  cells: readonly string[],
): string | undefined {
  for (const [field, ranks] of ranked) {
    if (ranks.flat().length === 1) continue;
    const held = sayingFirst(ranks, cells);
    const said = held.map(index => cells[index] ?? '');
    if (said.every(cell => said.every(other => saySame(field, cell, other)))) continue;
    const names = held.map(index => quoted(header[index] ?? '')).join(' and ');
    return `there are two columns for ${field} that differ: ${names}. Leave one out`;
  }
  return undefined;
}
