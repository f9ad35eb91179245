import type { HttpResponseInit } from '@azure/functions';
import type { Snapshot } from '../domain/snapshot/snapshot.ts';
import { RequestError } from './response.ts';

/** What is said of a copy that stands in for tables that cannot be read. */
export const LAST_COPY = 'Table Storage cannot be read: this is the last copy.';

/** What was read, and why it may not be the newest. */
interface Read {
  readonly snapshot: Snapshot;
  readonly fault: unknown;
}

/**
 * The answer made of what was read; from a copy it says so, and how old the presence in it is.
 * @throws what the answer throws; a RequestError from a copy says so too
 */
export function fromCopy(read: Read, now: number, answer: () => HttpResponseInit): HttpResponseInit {
  if (read.fault === undefined) return answer();
  const age = String(read.snapshot.summary(now).ageSeconds);
  const marks = { 'x-presence-age-seconds': age, 'x-presence-warning': LAST_COPY };
  try {
    const marked = answer();
    return { ...marked, headers: { ...(marked.headers as Record<string, string>), ...marks } };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new RequestError(error.status, error.code, `${error.message} (${LAST_COPY})`, marks);
  }
}
