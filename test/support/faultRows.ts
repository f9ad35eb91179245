import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFailed, test, vi } from 'vitest';
import { agentsCsv } from '../../local/tenant/people.ts';
import type { TenantState } from '../../local/tenant/state.ts';
import { ANNA, askedInTime, expectAgeing, expectTold, type Presence } from './faultAnswers.ts';
import { stack } from './stack.ts';

const RESULTS = path.join(import.meta.dirname, '..', '..', '.local', 'test', 'faults');
const PEOPLE = 12;
const CALL = { availability: 'Busy', activity: 'InACall' };
const FREE = { availability: 'Available', activity: 'Available' };
/** A read is answered within three seconds of reaching the app; the rest is for a machine that is busy. */
const LONGEST_ANSWER_MS = 4_500;
/** Data that is so old is read anew for whoever asks, where that is on. */
const NO_LONGER_FRESH_MS = 2_500;
/** A poll and the answer after it take no longer, on a machine that is busy. */
const ONE_POLL_S = 5;
const BETWEEN_POLLS_MS = 1_000;

/** The values of the vault are read anew when they are a second old. */
export const VALUES_AGE_MS = 1_100;
export const TOKEN_LIFETIME_MS = 1_000;
/** A token that has ended at the next poll. */
export const endsAtOnce = (state: TenantState) => {
  state.tokenLifetimeSeconds = TOKEN_LIFETIME_MS / 1_000;
};
/** Without a user nobody's password is at stake: whatever failed is tried again by the next poll, of whomever. */
export const asApplication = (state: TenantState) => {
  for (const name of ['teams-user-email', 'teams-user-password']) state.secrets.delete(name);
};

/** Each signs in anew, as the application. */
export const signsInEachTime = (state: TenantState) => {
  endsAtOnce(state);
  asApplication(state);
};

export type FaultStack = Awaited<ReturnType<typeof stack>>;

export interface FaultRow {
  readonly fault: string;
  /** Makes it happen; Anna has moved from free to a call since the last poll. */
  readonly begin: (stack: FaultStack) => unknown;
  /** Ends what no fault of a service is. */
  readonly end?: (stack: FaultStack) => unknown;
  /** What the ACD is told of Anna meanwhile: the call, the last state with its true age, or that nothing is known. */
  readonly told: 'the call' | 'the last state' | 'unknown';
  /** What it is told of others whom the fault is about, by their place in the tenant. */
  readonly others?: Readonly<Record<number, Presence>>;
  /** The fault lasts until the last state has become stale and then unknown. */
  readonly lasts?: boolean;
  readonly health: 'ok' | 'degraded' | 'down';
  /** By so much the clock of the process differs from the true one meanwhile. */
  readonly clockMs?: number;
  /** The health answer or the log says so. */
  readonly named?: RegExp;
  /** Within how many seconds after the fault the ACD is told of the call; without it by the first poll. */
  readonly withinS?: number;
  /** What the connector remembers of it after it is over; health still speaks of it then. */
  readonly remembers?: string;
  /** Within how many seconds that is over too; without it, it outlasts what is waited for here. */
  readonly forgetsWithinS?: number;
}

/** A fault that nobody notices. */
export const unnoticed = (fault: string, begin: FaultRow['begin']): FaultRow => ({
  fault,
  begin,
  told: 'the call',
  health: 'ok',
});

interface FaultGroup {
  readonly rows: readonly FaultRow[];
  readonly settings?: Readonly<Record<string, string>>;
  /** "Fresh when asked" is on: whoever asks polls, and has an answer within this time. */
  readonly askerWaitsMs?: number;
  /** How many people there are, for what depends on it. */
  readonly people?: number;
  /** Before anything is read. */
  readonly prepare?: (state: TenantState) => void;
}

interface Result {
  readonly service: string;
  readonly fault: string;
  readonly told: string;
  readonly health: string;
  /** What the polls of the fault logged. */
  readonly logged: string;
  readonly after: string;
}

const secondsSince = (started: number) => (performance.now() - started) / 1_000;

/** The codes of the faults that polls logged, each once; empty when they met none. */
function faultCodes(lines: string): string {
  const found = [...lines.matchAll(/poll\.failed \{[^\n]*?"code":"(\w+)"/g)].map(([, code = '']) => code);
  return [...new Set(found)].sort().join(', ');
}

/** What the page says of the time after a fault. */
function afterwards({ told, withinS, remembers, forgetsWithinS }: FaultRow): string {
  if (remembers !== undefined)
    return `${remembers}${forgetsWithinS === undefined ? '' : `, over within ${forgetsWithinS} s`}`;
  if (told === 'the call') return 'nothing to recover';
  return withinS === undefined ? `told by the next poll, within ${ONE_POLL_S} s` : `told within ${withinS} s`;
}

/**
 * Runs each row against the built app in the local host: Anna is free, the fault begins while she takes a call, the
 * connector polls, the ACD asks; then the fault ends and the ACD is told of the call. Each group has a stack of its own.
 * What was seen is written down for the page that lists it.
 */
export function faultRows(service: string, groups: readonly FaultGroup[]): void {
  const results = new Map<FaultRow, Result>();
  const titled = groups.map(group => ({ ...group, title: group.rows.length === 1 ? group.rows[0]?.fault : 'in turn' }));

  describe.concurrent.each(titled)(
    `${service}, $title`,
    async ({ rows, settings, people = PEOPLE, prepare, askerWaitsMs }) => {
      // As a rule reads start no polls of their own here: each step is the timer's.
      const fresh = askerWaitsMs === undefined ? '0' : '2';
      const here = await stack({
        people,
        settings: { FRESH_WITHIN_SECONDS: fresh, SECRET_MAX_AGE_SECONDS: '1', ...settings },
      });
      const { tenant, storage, upload, health, logged } = here;
      const { state } = tenant;
      const anna = state.people.find(({ agentId }) => agentId === ANNA)?.id ?? '';
      prepare?.(state);
      // A token that lasts a second may end while a busy machine looks everybody up; who is pending is not read.
      const isMapped = async () => {
        const { status, json } = await upload(agentsCsv(state.people));
        return status === 200 && json['mapped'] === state.people.length;
      };
      await vi.waitUntil(isMapped, { timeout: 30_000, interval: 200 });

      const ask = () => askedInTime(here, askerWaitsMs ?? LONGEST_ANSWER_MS);
      const readAt = () => state.arrivedAt.get('getPresencesByUserId') ?? 0;
      /** The poll after the fault has begun: the timer's, or that of whoever asks. */
      const meetsFault = () => (askerWaitsMs === undefined ? here.poll() : setTimeout(NO_LONGER_FRESH_MS));
      /** Also what a row that failed has left. */
      const mend = () => {
        state.faults = [];
        state.rejected.clear();
        state.serviceUser.refuse = 0;
        state.registration.refuse = 0;
        storage.setFault(undefined);
      };

      test.sequential.each(rows)('$fault', { timeout: 240_000 }, async row => {
        const from = logged().length;
        onTestFailed(() => console.log(logged().slice(from)));
        mend();
        state.move(anna, FREE);
        let before: Presence = {};
        // What came before may not be over yet.
        for (let polls = 0; polls < 5 && before['rule'] !== 'available'; polls += 1) {
          await here.poll();
          before = await ask();
        }
        expect(before, logged().slice(from)).toMatchObject({ rule: 'available', stale: 0 });
        // What a question has begun by itself ends before the fault.
        if (askerWaitsMs !== undefined) await setTimeout(BETWEEN_POLLS_MS);
        const broken = logged().length;
        state.move(anna, CALL);
        await row.begin(here);
        await meetsFault();
        const askedAt = Date.now();
        const answer = await ask();
        if (askerWaitsMs !== undefined) expect(readAt(), 'Graph was asked').toBeGreaterThanOrEqual(askedAt);
        expectTold(row, { answer, before, askedAt, readAt: readAt() });
        for (const [index, expected] of Object.entries(row.others ?? {})) {
          const { json } = await here.one(state.people[Number(index)]?.agentId ?? '');
          expect(json, `person ${index}`).toMatchObject(expected);
        }
        if (askerWaitsMs !== undefined) {
          // Whoever asked did not wait until the poll had found out; what it logs comes with a later question.
          const isFoundOut = async () => (await health()).json['state'] === row.health;
          await vi.waitUntil(isFoundOut, { timeout: 20_000, interval: 250 });
          await setTimeout(BETWEEN_POLLS_MS);
          await ask();
        }
        const said = await health();
        if (row.named !== undefined) expect(`${said.text} ${logged().slice(broken)}`).toMatch(row.named);
        expect(said.json['state'], said.text).toBe(row.health);
        if (row.lasts) {
          await expectAgeing(here, ask);
          expect((await health()).json['state']).toBe('down');
        }
        const codes = faultCodes(logged().slice(broken));
        mend();
        await row.end?.(here);
        const ended = performance.now();
        do await here.poll();
        while ((await ask())['rule'] !== 'in-a-call' && secondsSince(ended) < (row.withinS ?? 0));
        expect(await ask()).toMatchObject({ rule: 'in-a-call', known: 1, stale: 0 });
        expect(secondsSince(ended)).toBeLessThan(row.withinS ?? ONE_POLL_S);
        const isOver = async () => {
          await here.poll();
          return (await health()).json['state'] === 'ok';
        };
        let isForgotten = await isOver();
        for (; !isForgotten && secondsSince(ended) < (row.forgetsWithinS ?? 0); isForgotten = await isOver())
          await setTimeout(BETWEEN_POLLS_MS);
        const outlasts = row.remembers !== undefined && row.forgetsWithinS === undefined;
        expect([isForgotten, (await health()).json['fault1']]).toEqual(
          outlasts ? [false, expect.stringMatching(/./)] : [true, ''],
        );
        const { fault } = row;
        const told = row.lasts ? 'the last state, then stale, then unknown' : row.told;
        const healthSaid = row.lasts && row.health !== 'down' ? `${row.health}, then down` : row.health;
        results.set(row, { service, fault, told, health: healthSaid, logged: codes, after: afterwards(row) });
      });
    },
  );

  afterAll(() => {
    mkdirSync(RESULTS, { recursive: true });
    // Groups run side by side: the page keeps the order in which they are written.
    const seen = groups.flatMap(({ rows }) => rows.flatMap(row => results.get(row) ?? []));
    writeFileSync(path.join(RESULTS, `${service}.json`), JSON.stringify(seen, null, 2));
  });
}
