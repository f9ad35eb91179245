import { stringify } from 'csv-stringify/sync';

/**
 * What a spreadsheet of the country takes for the end of a cell: a semicolon where the comma divides decimals.
 * @param country two letters
 */
export function delimiterIn(country: string): ',' | ';' {
  const locale = new Intl.Locale('und', { region: country }).maximize();
  return new Intl.NumberFormat(locale.toString()).format(1.5).includes(',') ? ';' : ',';
}

/** Rows for a spreadsheet: with BOM, and no cell that it would take for a formula. */
export function csvText(rows: readonly object[], columns: readonly string[], country: string): string {
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    delimiter: delimiterIn(country),
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}
