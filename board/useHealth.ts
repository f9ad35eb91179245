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

/** The health of the connector, asked anew when `occasion` becomes another; undefined with a key that may not ask for it. */
export function useHealth(key: string, occasion: string): Health | undefined {
  const [health, setHealth] = useState<Health>();
  /** The key that was refused: it is not asked with again. */
  const refused = useRef('');
  useEffect(() => {
    if (refused.current === key) return undefined;
    let timer = 0;
    let over = false;
    const turn = async () => {
      const answer = await askJson<Health>('v1/health', key, { signal: inTime() }).catch((error: Error) => error);
      if (over) return;
      if (answer instanceof NoAnswer && answer.status === 401) {
        refused.current = key;
        return;
      }
      if (!(answer instanceof Error)) setHealth({ ...answer, at: Date.now() });
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
