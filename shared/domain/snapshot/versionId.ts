import { randomUUID } from 'node:crypto';

const MARK = '-';

/**
 * Ids grow with every switch, so that "older" is a comparison; the random part keeps two uploads apart.
 * @param known ids that it has to be newer than: a head that was made anew may name an older one than is recorded
 */
export function nextVersionId(prefix: string, ...known: readonly string[]): string {
  const number = Math.max(...known.map(id => Number.parseInt(id.slice(prefix.length), 10) || 0));
  return `${prefix}${String(number + 1).padStart(10, '0')}${MARK}${randomUUID().slice(0, 8)}`;
}

/** The part that counts; ids of one number are rivals. */
const counted = (id: string) => id.split(MARK, 1).join();

/** Whether a version can never be current again: it is older than this one, or lost the race with it. */
export function isOutdated(id: string, current: string): boolean {
  return id !== current && counted(id) <= counted(current);
}
