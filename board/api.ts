/** One agent as the connector answers. */
export interface Agent {
  readonly agentId: string;
  readonly displayName: string;
  readonly group: string;
  readonly number: string;
  readonly teamsAvailability: string;
  readonly teamsActivity: string;
  readonly reachable: number;
  readonly known: number;
  readonly rule: string;
  readonly changedAt: string;
  readonly stale: number;
}

export interface ListAnswer {
  readonly revision: string;
  /** By the clock of the connector. */
  readonly checkedAt: string;
  readonly ageSeconds: number;
  readonly stale: number;
  readonly full?: number;
  readonly removed?: readonly string[];
  readonly records: readonly Agent[];
}

interface Failure {
  readonly message?: string;
  readonly faults?: readonly string[];
}

/** Why there is no new answer. */
export class NoAnswer extends Error {
  /** 0 when the connector was not reached. */
  readonly status: number;
  /** A sentence for each fault of an upload. */
  readonly faults: readonly string[];
  /** What was answered, where it was JSON. */
  readonly body: unknown;

  constructor(status: number, message: string, body: Failure = {}) {
    super(message);
    this.status = status;
    this.faults = body.faults ?? [];
    this.body = body;
  }
}

/** Whether somebody else has changed meanwhile what was to be changed. */
export const wasOvertaken = (error: unknown) => error instanceof NoAnswer && error.status === 412;

interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
  readonly signal?: AbortSignal;
}

/** What is asked again and again ends by itself: a connection may have gone silent while the machine slept. */
export const inTime = (ms = 10_000) => AbortSignal.timeout(ms);
/** The whole list of thousands over a slow line. */
const FIRST_LIST_MS = 60_000;

/** Asks a route of the connector with a key; the key stands in a header, never in an address. @throws NoAnswer */
export async function ask(route: string, key: string, { headers, ...question }: Question = {}): Promise<Response> {
  // What a board asks is not counted as the ACD's.
  const sent = { ...headers, 'x-functions-key': key, 'x-presence-client': 'board' };
  const answer = await fetch(new URL(route, document.baseURI), { ...question, headers: sent, cache: 'no-store' }).catch(
    () => {
      throw new NoAnswer(0, '');
    },
  );
  if (answer.ok || answer.status === 304) return answer;
  const body = (await answer.json().catch(() => ({}))) as Failure;
  throw new NoAnswer(answer.status, body.message || `HTTP ${answer.status}`, body);
}

/** What a route answers. @throws NoAnswer */
export async function askJson<T>(route: string, key: string, question?: Question): Promise<T> {
  const answer = await ask(route, key, question);
  return answer.json().catch(() => {
    // A page of somebody in between.
    throw new NoAnswer(0, '');
  }) as Promise<T>;
}

/** Follows the list: after the first answer only what changed is sent, and nothing when nothing did. */
export function listFollower(key: string) {
  const agents = new Map<string, Agent>();
  let known: { readonly route: string; readonly etag: string } | undefined;
  let revision = '';
  return async (): Promise<{
    answer: ListAnswer | undefined;
    ageSeconds: number;
    agents: ReadonlyMap<string, Agent>;
  }> => {
    const route = `v1/presence${revision === '' ? '' : `?changedSince=${revision}`}`;
    const headers = known?.route === route ? { 'if-none-match': known.etag } : {};
    const response = await ask(route, key, { headers, signal: inTime(revision === '' ? FIRST_LIST_MS : undefined) });
    const ageSeconds = Number(response.headers.get('x-presence-age-seconds') ?? 0);
    if (response.status === 304) return { answer: undefined, ageSeconds, agents };
    const answer = (await response.json()) as ListAnswer;
    // Of somebody in between, or of another version: what is shown must not be emptied by it.
    if (!Array.isArray(answer.records)) throw new NoAnswer(0, '');
    if (answer.full !== 0) agents.clear();
    for (const agentId of answer.removed ?? []) agents.delete(agentId);
    for (const agent of answer.records) agents.set(agent.agentId, agent);
    revision = answer.revision;
    known = { route, etag: response.headers.get('etag') ?? '' };
    return { answer, ageSeconds, agents };
  };
}
