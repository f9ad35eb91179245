import { CsvError, parse } from 'csv-parse/sync';
import * as z from 'zod';
import { AgentsChangeRefused } from '../../errors/errors.ts';
import { uploadError } from '../../errors/uploadFaults.ts';
import { GUID } from '../../lib/guid.ts';
import { normalize } from '../../lib/normalize.ts';
import type { AgentEntry } from './agent.ts';
import { AGENT_ID, EMAIL } from './lookupKey.ts';

/** A file's rows with the line each stood on; JSON counts its items from 1. */
export interface AgentFile {
  readonly entries: readonly { readonly line: number; readonly entry: AgentEntry }[];
  readonly encoding: 'utf-8' | 'utf-16le' | 'windows-1252';
  /** Header names that mean nothing to us. */
  readonly ignoredColumns: readonly string[];
}

type Field = keyof AgentEntry;
type Row = { line: number; fields: Partial<Record<Field, unknown>> };

/** Header names as people and exports write them, reduced to letters and digits. */
const ALIASES: Readonly<Record<Field, readonly string[]>> = {
  agentId: [
    ...['agentid', 'agent', 'agentenid', 'agentennummer', 'agentennr', 'benutzerid', 'benutzernummer', 'benutzernr'],
    ...['jtelid', 'jteluserid', 'usersid'],
  ],
  email: [
    'email',
    'mail',
    'emailadresse',
    'emailaddress',
    'teamsemail',
    'upn',
    'userprincipalname',
    'benutzerprinzipalname',
  ],
  userId: ['userid', 'objectid', 'objektid', 'entraobjectid'],
  number: [
    ...['number', 'phone', 'phonenumber', 'telefon', 'telefonnummer', 'rufnummer', 'nummer'],
    ...['number1', 'phone1', 'phonenumber1', 'telefon1', 'telefonnummer1', 'rufnummer1', 'nummer1'],
  ],
  number2: ['number2', 'phone2', 'phonenumber2', 'telefon2', 'telefonnummer2', 'rufnummer2', 'nummer2'],
  number3: ['number3', 'phone3', 'phonenumber3', 'telefon3', 'telefonnummer3', 'rufnummer3', 'nummer3'],
  displayName: ['displayname', 'name', 'anzeigename', 'fullname', 'vollername'],
  group: ['group', 'gruppe', 'gruppenname', 'acdgroup', 'acdgruppe', 'team'],
};
const FIELD_OF = new Map(
  Object.entries(ALIASES).flatMap(([field, names]) => names.map(name => [name, field as Field] as const)),
);

/** With so many faults it is the wrong file: reading on would only take time. */
const ENOUGH_FAULTS = 100;
/** Twice the largest call centre we can serve; what is longer would only cost memory. */
const MAX_AGENTS = 200_000;
const MAX_ROW_CHARACTERS = 20_000;
const MAX_COLUMNS = 200;
const MAX_SHOWN_NAME = 64;
const TOO_MANY = `there are more than ${MAX_AGENTS} agents`;
/** What a spreadsheet makes of a long number: its digits are lost. */
const SCIENTIFIC = /^[+-]?\d+([.,]\d+)?E[+-]?\d+$/i;
/** Everything below the blank, and delete. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Spreadsheets and our own export put an apostrophe before what could be taken for a formula. */
const text = (max: number) =>
  z
    .union([z.string(), z.int().transform(String)], 'is not text or a whole number')
    .transform(value => value.trim().replace(/^'(?=[=+\-@＝＋－＠])/, ''))
    .refine(value => value.length <= max, `is longer than ${max} characters`)
    .refine(value => !CONTROL.test(value), 'contains a control character')
    .default('');

const phone = text(40)
  .refine(value => !SCIENTIFIC.test(value), {
    error: 'is a rounded number; format the column as text and export again',
    abort: true,
  })
  .refine(value => /^[+\d\s()/.-]*$/.test(value), 'is not a phone number');

const agentEntry: z.ZodType<AgentEntry> = z.object({
  agentId: text(64)
    .refine(value => value !== '', 'is missing')
    .refine(value => value === '' || AGENT_ID.test(value), 'may only hold letters, digits and . _ @ -'),
  email: text(256).refine(value => value === '' || EMAIL.test(value), 'is not an e-mail address'),
  userId: text(36)
    .refine(value => value === '' || GUID.test(value), 'is not an object id (a GUID)')
    .transform(value => value.toLowerCase()),
  number: phone,
  number2: phone,
  number3: phone,
  displayName: text(256),
  group: text(128),
});

const jsonItem = z.strictObject(Object.fromEntries(Object.keys(ALIASES).map(field => [field, z.unknown().optional()])));

/** Workbooks of spreadsheets are zip archives. */
function isWorkbook(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}

function decode(bytes: Uint8Array): { content: string; encoding: AgentFile['encoding'] } {
  // A spreadsheet's "Unicode text".
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return { content: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16le' };
  }
  try {
    return { content: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    // Not UTF-8: spreadsheets on Windows save CSV in the system's code page. The report says so.
    return { content: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' };
  }
}

export function malformed(faults: readonly string[]): AgentsChangeRefused {
  return uploadError(AgentsChangeRefused, 'malformed_agents', faults);
}

function count(content: string, character: string): number {
  let found = 0;
  for (let at = content.indexOf(character); at >= 0; at = content.indexOf(character, at + 1)) found += 1;
  return found;
}

function delimiterOf(header: string): string {
  return [';', ',', '\t'].reduce((best, next) => (count(header, next) > count(header, best) ? next : best));
}

function csvRows(content: string): { rows: Row[]; ignoredColumns: string[] } {
  const separator = /^sep=(.)\r?\n/i.exec(content);
  const body = separator === null ? content : content.slice(separator[0].length);
  const offset = separator === null ? 0 : 1;
  const delimiter = separator?.[1] ?? delimiterOf(body.split(/\r?\n/, 1)[0] ?? '');
  let records: { record: string[]; info: { lines: number } }[];
  try {
    const options = {
      delimiter,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: MAX_ROW_CHARACTERS,
      to: MAX_AGENTS + 2,
    } as const;
    records = parse(body, options) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] + offset : 1;
    const problem = error.code === 'CSV_MAX_RECORD_SIZE' ? 'the row is too long' : 'the quotes do not match';
    throw malformed([`line ${line}: ${problem}`]);
  }
  if (records.length > MAX_AGENTS + 1) throw malformed([TOO_MANY]);
  const [header, ...rest] = records;
  const names = header?.record ?? [];
  const columns = names.map(name => FIELD_OF.get(normalize(name)));
  const faults: string[] = [];
  if (names.length > MAX_COLUMNS) throw malformed([`line 1: there are more than ${MAX_COLUMNS} columns`]);
  const mapped = columns.flatMap((field, index) => (field === undefined ? [] : [[field, index] as const]));
  if (!columns.includes('agentId')) faults.push('line 1: there is no column agentId');
  for (const field of new Set(columns)) {
    if (field !== undefined && columns.indexOf(field) !== columns.lastIndexOf(field)) {
      faults.push(`line 1: there are two columns for ${field}`);
    }
  }
  const rows: Row[] = [];
  for (const { record, info } of rest) {
    if (record.every(cell => cell === '')) continue;
    const line = info.lines + offset;
    if (record.length > names.length && record.slice(names.length).some(cell => cell !== '')) {
      faults.push(`line ${line}: there are more cells than columns`);
    }
    rows.push({ line, fields: Object.fromEntries(mapped.map(([field, index]) => [field, record[index] ?? ''])) });
  }
  if (faults.length > 0) throw malformed(faults);
  const ignored = names.filter((name, index) => columns[index] === undefined && name !== '');
  return { rows, ignoredColumns: ignored.map(name => name.slice(0, MAX_SHOWN_NAME)) };
}

function jsonItems(content: string): unknown[] {
  let items: unknown;
  // Counted before it is parsed: small objects take many times their text.
  if (count(content, '{') > MAX_AGENTS) throw malformed([TOO_MANY]);
  try {
    items = JSON.parse(content);
  } catch {
    throw malformed(['the body is not JSON']);
  }
  if (!Array.isArray(items)) throw malformed(['the body is not a JSON array of agents']);
  return items;
}

function itemRows(items: readonly unknown[]): Row[] {
  if (items.length > MAX_AGENTS) throw malformed([TOO_MANY]);
  const faults: string[] = [];
  const rows = items.map((item: unknown, index): Row => {
    if (faults.length > ENOUGH_FAULTS) return { line: index + 1, fields: {} };
    const parsed = jsonItem.safeParse(item);
    if (parsed.success) return { line: index + 1, fields: parsed.data };
    const issue = parsed.error.issues[0];
    const problem =
      issue?.code === 'unrecognized_keys'
        ? `unknown field ${issue.keys[0]?.slice(0, MAX_SHOWN_NAME)}`
        : 'not an object';
    faults.push(`item ${index + 1}: ${problem}`);
    return { line: index + 1, fields: {} };
  });
  if (faults.length > 0) throw malformed(faults);
  return rows;
}

/**
 * Reads an uploaded list of agents, completely or not at all.
 * @throws AgentsChangeRefused that names each fault with its line
 */
export function readAgentFile(bytes: Uint8Array, kind: 'csv' | 'json'): AgentFile {
  if (isWorkbook(bytes)) throw malformed(['the file is a workbook; save it as CSV and upload that']);
  const { content, encoding } = decode(bytes);
  if (kind === 'json') return { ...readAgentItems(jsonItems(content)), encoding };
  const { rows, ignoredColumns } = csvRows(content);
  return { entries: readRows(rows, 'line'), encoding, ignoredColumns };
}

/** The same of items that were parsed already. @throws AgentsChangeRefused */
export function readAgentItems(items: readonly unknown[]): AgentFile {
  return { entries: readRows(itemRows(items), 'item'), encoding: 'utf-8', ignoredColumns: [] };
}

function readRows(rows: readonly Row[], place: 'line' | 'item'): AgentFile['entries'] {
  const faults: string[] = [];
  const firstLine = new Map<string, number>();
  const entries = rows.flatMap(({ line, fields }) => {
    if (faults.length > ENOUGH_FAULTS) return [];
    const parsed = agentEntry.safeParse(fields);
    if (!parsed.success) {
      faults.push(...parsed.error.issues.map(issue => `${place} ${line}: ${issue.path.join('.')} ${issue.message}`));
      return [];
    }
    const { agentId } = parsed.data;
    const first = firstLine.get(agentId);
    if (first !== undefined) faults.push(`${place} ${line}: agentId ${agentId} stands on ${place} ${first} already`);
    firstLine.set(agentId, line);
    return [{ line, entry: parsed.data }];
  });
  if (faults.length > 0) throw malformed(faults);
  return entries;
}
