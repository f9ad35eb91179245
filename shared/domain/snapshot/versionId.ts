import { randomUUID } from 'node:crypto';

/** Ids grow with every switch, so that "older" is a comparison; the random part keeps two uploads apart. */
export function nextVersionId(prefix: string, current: string): string {
  const number = Number.parseInt(current.slice(prefix.length), 10) || 0;
  return `${prefix}${String(number + 1).padStart(10, '0')}-${randomUUID().slice(0, 8)}`;
}
