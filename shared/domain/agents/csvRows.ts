import { CsvError, parse } from 'csv-parse/sync';
import { withoutInvisible } from '../../lib/cleanText.ts';
import { mapInSlices } from '../../lib/mapInSlices.ts';
import { contradiction, type Field, knownNames, missedAddresses, readHeader, sayingFirst } from './agentColumns.ts';
import { addsExtension } from './phoneNumber.ts';

/** A row before its cells are looked at. */
export interface Row {
  readonly line: number;
  readonly fields: Partial<Record<Field, unknown>>;
}

interface CsvRows {
  readonly rows: readonly Row[];
  readonly ignoredColumns: readonly string[];
  readonly faults: readonly string[];
}

const DELIMITERS = [';', ',', '\t', '|'];
const MAX_ROW_CHARACTERS = 20_000;
const MAX_COLUMNS = 200;
/** Lines before the header; more are no table. */
const MOST_PREAMBLE = 100;
/** Lines that programs put before the header, padded to its columns: nothing, a spreadsheet's separator, PowerShell's type. */
const PREAMBLE = /^(?:[\s;,|"]*$|"?sep=|"?#TYPE\b)/i;
const SEPARATOR = /^"?sep=(.)"?[;,\t|]*$/i;
const NO_ROW = 'there is a header and no row. To remove everybody, send the JSON list [] with ?replaceAll=1';
/** What `curl --data` does to a file. */
const LINE_ENDS_LOST =
  'there is one line only. If the file has more, its line ends were lost on the way: curl needs --data-binary, not --data';

function faulty(...faults: string[]): CsvRows {
  return { rows: [], ignoredColumns: [], faults };
}

/** The delimiter that a header row uses: between it stand the most names that mean something, else the most cells. */
function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const names = (delimiter: string) => knownNames(header.split(delimiter));
  const cells = (delimiter: string) => bare.split(delimiter).length;
  const better = (one: string, other: string) => names(one) - names(other) || cells(one) - cells(other);
  return DELIMITERS.reduce((best, next) => (better(next, best) > 0 ? next : best));
}

interface Body {
  readonly content: string;
  readonly delimiter: string;
  /** Lines that were left out before it. */
  readonly offset: number;
}

/** What follows the lines that are no table yet. */
function bodyOf(content: string): Body {
  let [rest, offset, separator] = [content, 0, ''];
  for (;;) {
    const end = rest.indexOf('\n');
    const begin = rest.slice(0, Math.min(end < 0 ? rest.length : end, MAX_ROW_CHARACTERS));
    const line = withoutInvisible(begin).trimStart();
    const isHeader = !PREAMBLE.test(line) || end < 0 || offset === MOST_PREAMBLE;
    if (isHeader) return { content: rest, delimiter: separator || delimiterOf(line), offset };
    separator = SEPARATOR.exec(line.trim())?.[1] ?? separator;
    rest = rest.slice(end + 1);
    offset += 1;
  }
}

interface ParsedRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

function recordsOf(content: string, delimiter: string, to: number): ParsedRecord[] {
  const options = {
    delimiter,
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    // A spreadsheet writes ="0891234" for text that it must not take for a number.
    relax_quotes: true,
    record_delimiter: '\n',
    max_record_size: MAX_ROW_CHARACTERS,
    to,
  };
  return parse(content, options) as unknown as ParsedRecord[];
}

/** The line that a record begins on; the parser knows the one it ends on. */
function beginOf({ record, info }: ParsedRecord): number {
  return info.lines - record.reduce((breaks, cell) => breaks + cell.split('\n').length - 1, 0);
}

/**
 * The cell of the best column that says something; of those of one rank, which say the same, a number with its country.
 */
function cellOf(record: readonly string[], columns: readonly number[], ranks: readonly (readonly number[])[]): string {
  // As a rule there is one: nothing to compare, and a long list keeps nobody waiting.
  if (columns.length === 1) return record[columns[0] ?? -1]?.trim() ?? '';
  const alike = sayingFirst(ranks, record);
  const best = alike.find(index => record[index]?.startsWith('+')) ?? alike[0] ?? -1;
  const cell = record[best] ?? '';
  // A main number stands beside the same with the extension, which is this person's alone.
  return columns.map(index => record[index] ?? '').find(other => addsExtension(cell, other)) ?? cell;
}

/**
 * Takes a table apart, whichever program wrote it: any delimiter, any mix of line ends, with and without the lines that
 * some put before the header.
 * @param mostRows beyond so many it is not read on; one more is given then
 */
export async function csvRows(text: string, mostRows: number): Promise<CsvRows> {
  // One kind of line end, so that lines are counted as an editor counts them, also inside of quotes.
  const { content, delimiter, offset } = bodyOf(text.replaceAll(/\r\n?/g, '\n'));
  const isOneLine = !content.trim().includes('\n');
  let records: ParsedRecord[];
  try {
    records = recordsOf(content, delimiter, mostRows + 2);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const isTooLong = error.code === 'CSV_MAX_RECORD_SIZE';
    if (isTooLong && isOneLine) return faulty(LINE_ENDS_LOST);
    const problem = isTooLong ? 'the row is too long' : 'the quotes do not match';
    // A quote that stays open is noticed at the end of the file; it stands behind the last row that is complete.
    const complete = Number(error['records'] ?? 0);
    const before = complete > 0 ? recordsOf(content, delimiter, complete).at(-1) : undefined;
    const lines = content.split('\n');
    let at = before?.info.lines ?? 0;
    while (lines[at]?.trim() === '') at += 1;
    return faulty(`line ${at + 1 + offset}: ${problem}`);
  }
  const [header, ...rest] = records;
  if (header === undefined) return faulty('the file is empty');
  const firstLine = beginOf(header) + offset;
  if (header.record.length > MAX_COLUMNS) {
    return faulty(isOneLine ? LINE_ENDS_LOST : `line ${firstLine}: there are more than ${MAX_COLUMNS} columns`);
  }
  const read = readHeader(header.record, firstLine);
  const { columns, ranked, ignored, faults } = read;
  const found = [...faults];
  let contradicted: string | undefined;
  const isSaying = ({ record }: ParsedRecord) => record.some(cell => cell !== '');
  const rows = await mapInSlices(rest.filter(isSaying), (row): Row => {
    const { record } = row;
    contradicted ??= contradiction(read, header.record, record);
    const line = beginOf(row) + offset;
    if (record.slice(header.record.length).some(cell => cell !== '')) {
      found.push(`line ${line}: there are more cells than columns`);
    }
    const cells = [...columns].map(([field, held]) => [field, cellOf(record, held, ranked.get(field) ?? [])]);
    return { line, fields: Object.fromEntries(cells) };
  });
  const all = rest.map(({ record }) => record);
  const doubts = [missedAddresses(read, all), contradicted];
  for (const doubt of doubts) if (doubt !== undefined) found.push(`line ${firstLine}: ${doubt}`);
  if (isOneLine && ignored.length > 0) found.unshift(LINE_ENDS_LOST);
  else if (rows.length === 0 && found.length === 0) found.push(NO_ROW);
  return { rows, ignoredColumns: ignored, faults: found };
}
