import { useEffect, useState } from 'preact/hooks';
import { type Agent, type ListAnswer, listFollower, NoAnswer } from './api.ts';

const INTERVAL_MS = 2_000;
/** An app that has been idle starts first, and the whole list of thousands takes its time. */
const FIRST_PATIENCE_MS = 10_000;
/** A read that waits for Teams and for slow tables takes so long, and a little for the way. */
const SLOW_PATIENCE_MS = 3_500;
/** Nobody looks at a hidden page. */
const HIDDEN_INTERVAL_MS = 30_000;

export interface Seen {
  /** In the order of their names. */
  readonly agents: readonly Agent[];
  readonly list: ListAnswer | undefined;
  /** How old the data was when it came. */
  readonly ageSeconds: number;
  /** When it came, by a clock of this page that nobody sets. */
  readonly at: number;
  /** What has to be added to the clock of this machine to have that of the connector. */
  readonly clockOffsetMs: number;
}

/** So many seconds are written for what was never read. */
export const NEVER_SECONDS = 999_999;

/** How old the data is by now. */
export const ageOf = ({ ageSeconds, at }: Seen) => ageSeconds + Math.round((performance.now() - at) / 1000);

const NOTHING: Seen = { agents: [], list: undefined, ageSeconds: 0, at: performance.now(), clockOffsetMs: 0 };
// Numbers by their size would take several times as long, for thousands of names at each change.
const { compare } = new Intl.Collator();
const nameOf = ({ displayName, agentId }: Agent) => displayName || agentId;

/** Follows the list with one request an interval, and says what keeps it from being new. */
export function useList(key: string, onRefused: () => void): { seen: Seen; fault: NoAnswer | undefined } {
  const [seen, setSeen] = useState(NOTHING);
  const [fault, setFault] = useState<NoAnswer>();
  useEffect(() => {
    const follow = listFollower(key);
    let timer = 0;
    let asking = false;
    let isFirst = true;
    let isSlow = false;
    let over = false;
    const turn = async () => {
      if (asking) return;
      asking = true;
      // An interval of rest and one of waiting: after two of them nobody takes the page for new.
      const patience = isSlow ? SLOW_PATIENCE_MS : INTERVAL_MS;
      const asked = performance.now();
      const alarm = window.setTimeout(() => setFault(new NoAnswer(0, '')), isFirst ? FIRST_PATIENCE_MS : patience);
      try {
        const { answer, ageSeconds, agents } = await follow();
        if (over) return;
        isFirst = false;
        // Whoever takes long but answers is not called silent each time anew.
        isSlow = performance.now() - asked > INTERVAL_MS;
        setFault(undefined);
        setSeen(before => {
          const at = performance.now();
          if (answer === undefined) return { ...before, ageSeconds, at };
          const sorted = [...agents.values()].sort((a, b) => compare(nameOf(a), nameOf(b)));
          const answeredAt = Date.parse(answer.checkedAt) + answer.ageSeconds * 1000;
          const clockOffsetMs = Number.isNaN(answeredAt) ? before.clockOffsetMs : answeredAt - Date.now();
          return { agents: sorted, list: answer, ageSeconds: answer.ageSeconds, at, clockOffsetMs };
        });
      } catch (error) {
        if (over) return;
        if (error instanceof NoAnswer && error.status === 401) return onRefused();
        setFault(error instanceof NoAnswer ? error : new NoAnswer(0, String(error)));
      } finally {
        window.clearTimeout(alarm);
        asking = false;
      }
      timer = window.setTimeout(turn, document.hidden ? HIDDEN_INTERVAL_MS : INTERVAL_MS);
    };
    const wake = () => {
      if (document.hidden) return;
      window.clearTimeout(timer);
      turn();
    };
    turn();
    document.addEventListener('visibilitychange', wake);
    return () => {
      over = true;
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
    };
  }, [key]);
  return { seen, fault };
}
