/** Times stand in the table as ISO text, which an administrator can read; never is the empty text. */
export function fromTime(ms: number): string {
  return ms === 0 ? '' : new Date(ms).toISOString();
}

export function toTime(value: unknown): number {
  const ms = typeof value === 'string' && value !== '' ? Date.parse(value) : 0;
  return Number.isNaN(ms) ? 0 : ms;
}

/** A property as text; rows of an older version may lack it. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A property that holds several texts. */
export function texts(value: unknown, separator: string): string[] {
  return text(value)
    .split(separator)
    .filter(part => part !== '');
}
