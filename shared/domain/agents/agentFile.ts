import * as z from 'zod';
import { AgentsChangeRefused } from '../../errors/errors.ts';
import { uploadError } from '../../errors/uploadFaults.ts';
import { cleanText, READABLE } from '../../lib/cleanText.ts';
import { decodeText, isUtf16 } from '../../lib/decodeText.ts';
import { GUID } from '../../lib/guid.ts';
import { mapInSlices } from '../../lib/mapInSlices.ts';
import { AGENT_ID, type AgentEntry, ENTRY_FIELDS } from './agent.ts';
import { csvRows, type Row } from './csvRows.ts';
import { GROUP_NAME_LENGTH } from './groupName.ts';
import { bareAddress, EMAIL } from './lookupKey.ts';
import { looksLikeNumber } from './writtenNumber.ts';

/** An agent of a file. */
export interface FileEntry {
  readonly line: number;
  readonly entry: AgentEntry;
  /** The fields that stand in the file; all of them unless said otherwise. */
  readonly given?: readonly string[];
}

/** A file's rows with the line each stood on; JSON counts its items from 1. */
export interface AgentFile {
  readonly entries: readonly FileEntry[];
  /** As the Encoding Standard names it. */
  readonly encoding: string;
  /** Header names that mean nothing to us. */
  readonly ignoredColumns: readonly string[];
}

/** With so many faults it is the wrong file: reading on would only take time. */
const ENOUGH_FAULTS = 100;
/** Twice the largest call centre we can serve; what is longer would only cost memory. */
const MAX_AGENTS = 200_000;
const MAX_SHOWN_NAME = 64;
const TOO_MANY = `there are more than ${MAX_AGENTS} agents`;
/** What a spreadsheet makes of a long number: its digits are lost. */
const ROUNDED = /^[+-]?\d+([.,]\d+)?E[+-]?\d+$|^\d+[.,]0+$/i;
const IS_ROUNDED = 'is a rounded number; format the column as text and export again';
/** What a spreadsheet shows in place of a value that it could not find or calculate. */
const ERROR_VALUE = /^#(?:N\/A|NV|(?:REF|BEZUG|NAME|VALUE|WERT|NUM|ZAHL|NULL|SPILL|CALC|DIV\/0)[!?])$/i;
/** Text that a spreadsheet must not take for a number: ="0891234". */
const AS_TEXT = /^="(.*)"$/s;
/** Spreadsheets and our own export put an apostrophe before what could be taken for a formula. */
const APOSTROPHE = /^'+(?=[=+\-@＝＋－＠])/;

const NO_TEXT = 'is not text or a whole number';
const wholeNumber = z.int().transform(String);
const SCALAR = z.union([z.string(), wholeNumber], NO_TEXT);
/** A directory writes null where it has nothing. */
const NULLABLE = z.union([z.string(), wholeNumber, z.null().transform(() => '')], NO_TEXT);

const text = (max: number, scalar: z.ZodType<string> = NULLABLE) =>
  scalar
    .transform(value => cleanText(cleanText(value).replace(AS_TEXT, '$1').replace(APOSTROPHE, '')))
    .refine(value => value.length <= max, `is longer than ${max} characters`)
    .refine(...READABLE)
    .refine(value => !ERROR_VALUE.test(value), 'is an error of the spreadsheet; mend the formula and export again')
    .default('');

const phone = text(60)
  .refine(value => !ROUNDED.test(value), { error: IS_ROUNDED, abort: true })
  .refine(value => value === '' || looksLikeNumber(value), 'is not a phone number');

const entrySchema: z.ZodType<AgentEntry> = z.object({
  agentId: text(64, SCALAR)
    .refine(value => value !== '', 'is missing')
    .refine(value => !ROUNDED.test(value), { error: IS_ROUNDED, abort: true })
    .refine(value => value === '' || AGENT_ID.test(value), 'may only hold letters, digits and . _ @ -'),
  email: text(256)
    .transform(bareAddress)
    .refine(value => value === '' || EMAIL.test(value), 'is not an e-mail address'),
  userId: text(36)
    .refine(value => value === '' || GUID.test(value), 'is not an object id (a GUID)')
    .transform(value => value.toLowerCase()),
  number: phone,
  number2: phone,
  number3: phone,
  displayName: text(256),
  group: text(GROUP_NAME_LENGTH),
});

const jsonItem = z.strictObject(Object.fromEntries(ENTRY_FIELDS.map(field => [field, z.unknown().optional()])));

/** How the workbooks of spreadsheets begin: zip archives; before 2007, and with a password, compound files. */
const WORKBOOKS = ['504b0304', 'd0cf11e0'];
const IS_WORKBOOK = 'the file is a workbook; save it as CSV and upload that';
const IS_BINARY = 'the file is not text; save the list as CSV and upload that';
/** Pictures, documents and archives say what they are, or have zeros near their beginning; text of UTF-16 has them in turn. */
const BINARIES = ['89504e47', '25504446', '1f8b', 'ffd8ff', '377abcaf'];
const LOOKED_AT = 500;

function isWorkbook(bytes: Uint8Array): boolean {
  return WORKBOOKS.includes(Buffer.from(bytes.subarray(0, 4)).toString('hex'));
}

function isBinary(bytes: Uint8Array): boolean {
  const begin = Buffer.from(bytes.subarray(0, LOOKED_AT));
  if (BINARIES.some(signature => begin.toString('hex', 0, 4).startsWith(signature))) return true;
  return begin.includes(0) && !isUtf16(bytes);
}

export function malformed(faults: readonly string[]): AgentsChangeRefused {
  return uploadError(AgentsChangeRefused, 'malformed_agents', faults);
}

function count(content: string, character: string): number {
  let found = 0;
  for (let at = content.indexOf(character); at >= 0; at = content.indexOf(character, at + 1)) found += 1;
  return found;
}

/** A number stays as it was written where that is not what it became: 4.98912e11 is a rounded one. */
function asWritten(_name: string, value: unknown, ...[context]: { readonly source?: string }[]): unknown {
  const source = context?.source ?? '';
  return Number.isInteger(value) && !/^\d*$/.test(source) ? source : value;
}

function parsedJson(content: string): unknown {
  try {
    return JSON.parse(content, asWritten);
  } catch {
    throw malformed(['the body is not JSON']);
  }
}

/** Bytes; many times what its fields may hold. */
const LONGEST_AGENT = 64 * 1_024;
const NO_ARRAY = 'the body is not a JSON array of agents';
/** Brackets and commas outside the agents, and lines of a CSV that hold nobody. */
const ALLOWED_BESIDE_AGENTS = 1_000;
/** Between its fields, behind it, and some more for fields that nobody knows. */
const MOST_COMMAS_OF_AGENT = 12;

const [QUOTE, COMMA, LIST, BACKSLASH, OBJECT] = [...'",[\\{'].map(mark => mark.charCodeAt(0));

/** How many objects, lists and commas stand outside of the texts of JSON. */
function marksOf(content: string) {
  const marks = { objects: 0, lists: 0, commas: 0 };
  let isText = false;
  for (let at = 0; at < content.length; at += 1) {
    const code = content.charCodeAt(at);
    if (isText && code === BACKSLASH) at += 1;
    else if (code === QUOTE) isText = !isText;
    else if (isText) continue;
    else if (code === COMMA) marks.commas += 1;
    else if (code === OBJECT) marks.objects += 1;
    else if (code === LIST) marks.lists += 1;
  }
  return marks;
}

function jsonItems(content: string): unknown[] {
  // Counted before it is parsed: small values take many times their text.
  const { objects, lists, commas } = marksOf(content);
  if (objects > MAX_AGENTS) throw malformed([TOO_MANY]);
  if (lists > ALLOWED_BESIDE_AGENTS || commas > ALLOWED_BESIDE_AGENTS + objects * MOST_COMMAS_OF_AGENT)
    throw malformed([NO_ARRAY]);
  const items = parsedJson(content);
  if (Array.isArray(items)) return items;
  // What PowerShell makes of a list of one.
  if (typeof items === 'object' && items !== null && 'agentId' in items) return [items];
  throw malformed([NO_ARRAY]);
}

async function itemRows(items: readonly unknown[]): Promise<Row[]> {
  if (items.length > MAX_AGENTS) throw malformed([TOO_MANY]);
  const faults: string[] = [];
  const rows = await mapInSlices(items, (item, index): Row => {
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
 * @param charset what the sender says that the bytes are
 * @throws AgentsChangeRefused that names each fault with its line
 */
export async function readAgentFile(bytes: Uint8Array, kind: 'csv' | 'json', charset?: string): Promise<AgentFile> {
  if (isWorkbook(bytes)) throw malformed([IS_WORKBOOK]);
  if (!/utf-?16/i.test(charset ?? '') && isBinary(bytes)) throw malformed([IS_BINARY]);
  const { content, encoding } = decodeText(bytes, charset);
  if (kind === 'json') return { ...(await readAgentItems(jsonItems(content))), encoding };
  if (Math.max(count(content, '\n'), count(content, '\r')) > MAX_AGENTS + ALLOWED_BESIDE_AGENTS)
    throw malformed([TOO_MANY]);
  const { rows, ignoredColumns, faults } = await csvRows(content, MAX_AGENTS);
  if (rows.length > MAX_AGENTS) throw malformed([TOO_MANY]);
  if (faults.length > 0) throw malformed(faults);
  return { entries: await readRows(rows, 'line'), encoding, ignoredColumns };
}

/** The same of items that were parsed already. @throws AgentsChangeRefused */
export async function readAgentItems(items: readonly unknown[]): Promise<AgentFile> {
  return { entries: await readRows(await itemRows(items), 'item'), encoding: 'utf-8', ignoredColumns: [] };
}

/**
 * Reads one agent as JSON object.
 * @param agentId whom it has to be; it may be left out in the object
 * @throws AgentsChangeRefused
 */
export async function readAgentObject(bytes: Uint8Array, agentId: string, charset?: string): Promise<AgentFile> {
  if (bytes.length > LONGEST_AGENT) throw malformed([`one agent has at most ${LONGEST_AGENT / 1_024} KB`]);
  const { content, encoding } = decodeText(bytes, charset);
  const item = parsedJson(content);
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw malformed(['the body is not one agent as JSON object']);
  }
  const file = await readAgentItems([{ agentId, ...item }]);
  // What is not said of an agent who is put as a whole is nothing.
  const entries = file.entries.map(({ line, entry }) => ({ line, entry }));
  if (file.entries[0]?.entry.agentId !== agentId) throw malformed(['the agentId of the body is not that of the path']);
  return { ...file, entries, encoding };
}

async function readRows(rows: readonly Row[], place: 'line' | 'item'): Promise<AgentFile['entries']> {
  const faults: string[] = [];
  const firstLine = new Map<string, number>();
  const read = await mapInSlices(rows, ({ line, fields }): AgentFile['entries'] => {
    if (faults.length > ENOUGH_FAULTS) return [];
    const parsed = entrySchema.safeParse(fields);
    if (!parsed.success) {
      faults.push(...parsed.error.issues.map(issue => `${place} ${line}: ${issue.path.join('.')} ${issue.message}`));
      return [];
    }
    const { agentId } = parsed.data;
    const first = firstLine.get(agentId);
    if (first !== undefined) faults.push(`${place} ${line}: agentId ${agentId} stands on ${place} ${first} already`);
    firstLine.set(agentId, line);
    return [{ line, entry: parsed.data, given: Object.keys(fields) }];
  });
  if (faults.length > 0) throw malformed(faults);
  return read.flat();
}
