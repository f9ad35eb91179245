import type { HttpResponseInit } from '@azure/functions';
import type { Snapshot } from '../domain/snapshot/snapshot.ts';

/** What is said of a copy that stands in for tables that cannot be read. */
export const LAST_COPY = 'Table Storage cannot be read: this is the last copy.';

/** What was read, and why it may not be the newest. */
interface Read {
  readonly view: Snapshot;
  readonly fault: unknown;
}

/** The answer; from a copy it says so, and how old the presence in it is. */
export function markedAsCopy(answer: HttpResponseInit, { view, fault }: Read, now: number): HttpResponseInit {
  if (fault === undefined) return answer;
  const age = String(view.summary(now).ageSeconds);
  const headers = { 'x-presence-age-seconds': age, 'x-presence-warning': LAST_COPY };
  return { ...answer, headers: { ...(answer.headers as Record<string, string>), ...headers } };
}
