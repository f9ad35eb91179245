import { setTimeout } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { firePoll } from '../../local/stack.ts';
import type { FaultRow, FaultStack } from './faultRows.ts';
import { HEAD_REUSE_MS, pollLines } from './stack.ts';
import { expectTrueAge } from './trueAge.ts';

export const ANNA = '1001';
/** Settings under which a fault need not last long until nothing is known. */
export const LASTING = { POLL_SCHEDULE: '* * * * * *', STALE_AFTER_SECONDS: '4', UNKNOWN_AFTER_SECONDS: '16' };

export type Presence = Readonly<Record<string, unknown>>;

/** The answer to her question, which came in time. */
export async function askedInTime({ one }: Pick<FaultStack, 'one'>, withinMs: number): Promise<Presence> {
  const started = performance.now();
  const { status, json } = await one(ANNA);
  expect(performance.now() - started).toBeLessThan(withinMs);
  expect(status).toBe(200);
  return json;
}

interface Told {
  readonly answer: Presence;
  /** The answer before the fault. */
  readonly before: Presence;
  readonly askedAt: number;
  /** When Graph was asked last; milliseconds since 1970. */
  readonly readAt: number;
}

/** What a row says of her, with an age that is true. */
export function expectTold({ told, clockMs = 0 }: FaultRow, { answer, before, askedAt, readAt }: Told): void {
  if (told === 'the call') {
    expect(answer).toMatchObject({ known: 1, rule: 'in-a-call', reachable: 0 });
    // The moment is said in whole seconds.
    expect(Date.parse(String(answer['checkedAt']))).toBeLessThanOrEqual(readAt + clockMs + 1_000);
  } else if (told === 'unknown') expect(answer).toMatchObject({ known: 0, reachable: 0 });
  else {
    const { teamsActivity, checkedAt, rule, known } = before;
    expect(answer).toMatchObject({ teamsActivity, checkedAt, rule, known });
  }
  expectTrueAge(answer, askedAt + clockMs, Date.now() + clockMs);
}

/** While the fault lasts the last state becomes stale in its time, and then nothing is known of her. */
export async function expectAgeing(stack: FaultStack, ask: () => Promise<Presence>): Promise<void> {
  const limits = { stale: LASTING.STALE_AFTER_SECONDS, unknown: LASTING.UNKNOWN_AFTER_SECONDS };
  const seen = new Set<string>();
  const ended = () => pollLines(stack.logged());
  let before = -1;
  for (let asks = 0; asks < 60 && !seen.has('unknown'); asks += 1) {
    // Some polls take longer than it takes to become stale.
    if (ended() > before) {
      before = ended();
      await firePoll(stack.host);
    }
    await setTimeout(HEAD_REUSE_MS);
    const { ageSeconds, stale, known, reachable } = await ask();
    const age = Number(ageSeconds);
    // A second that has begun may be over for the one and not yet for the other.
    if (age > Number(limits.unknown)) expect([known, reachable, stale]).toEqual([0, 0, 1]);
    else if (age < Number(limits.unknown)) {
      expect(known).toBe(1);
      if (age !== Number(limits.stale)) expect(stale).toBe(age > Number(limits.stale) ? 1 : 0);
    }
    seen.add(known === 0 ? 'unknown' : `stale ${stale}`);
  }
  expect(seen).toContain('stale 1');
  expect(seen).toContain('unknown');
  await vi.waitUntil(() => ended() > before, { timeout: 30_000, interval: 25 });
}
