import { useEffect, useRef, useState } from 'preact/hooks';
import { askJson, inTime, NoAnswer } from './api.ts';

const INTERVAL_MS = 30_000;

export interface Health {
  readonly state: 'ok' | 'degraded' | 'down';
  readonly reason: string;
  readonly fault1: string;
  readonly fault2: string;
  readonly fault3: string;
  readonly lastPollAgeSeconds: number;
  readonly agentsFailed: number;
  readonly secretDaysLeft: number;
  readonly passwordDaysLeft: number;
  readonly lastPullAt: string;
  readonly pullAgeP50: number;
  readonly pullAgeP99: number;
  /** When it came, by the clock of this machine. */
  readonly at: number;
}

/** `asking` before the first answer; `refused`: the key may not ask; undefined while there is no answer. */
export type KnownHealth = Health | 'asking' | 'refused' | undefined;

/** What is down says so in an answer that is a failure. */
function healthIn(error: Error): Omit<Health, 'at'> | undefined {
  const body = error instanceof NoAnswer ? (error.body as Partial<Health>) : {};
  return body.state === undefined ? undefined : (body as Health);
}

/** The health of the connector, asked anew when `occasion` becomes another. */
export function useHealth(key: string, occasion: string): KnownHealth {
  const [health, setHealth] = useState<KnownHealth>('asking');
  /** The key that was refused: it is not asked with again. */
  const refused = useRef('');
  /** The first question with a key says whether it may ask at all: others wait for its answer. */
  const first = useRef({ key: '', answer: Promise.resolve<unknown>(undefined) });
  useEffect(() => {
    if (refused.current === key) return undefined;
    let timer = 0;
    let over = false;
    const turn = async () => {
      if (first.current.key === key) await first.current.answer;
      if (over) return;
      if (refused.current === key) return setHealth('refused');
      const asked = askJson<Health>('v1/health', key, { signal: inTime() }).catch((error: Error) => error);
      if (first.current.key !== key) first.current = { key, answer: asked };
      const answer = await asked;
      if (answer instanceof NoAnswer && answer.status === 401) refused.current = key;
      if (over) return;
      if (refused.current === key) return setHealth('refused');
      const told = answer instanceof Error ? healthIn(answer) : answer;
      setHealth(told && { ...told, at: Date.now() });
      timer = window.setTimeout(turn, INTERVAL_MS);
    };
    turn();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [key, occasion]);
  return health;
}
