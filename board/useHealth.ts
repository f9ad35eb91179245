import { useEffect, useState } from 'preact/hooks';
import { askJson, inTime, NoAnswer } from './api.ts';

const INTERVAL_MS = 30_000;

export interface Health {
  readonly state: 'ok' | 'degraded' | 'down';
  readonly fault1: string;
  readonly lastPollAgeSeconds: number;
  readonly agentsFailed: number;
  readonly secretDaysLeft: number;
  readonly passwordDaysLeft: number;
  readonly lastPullAt: string;
}

/** The health of the connector, asked anew when `trouble` comes or goes; undefined with a key that may not ask for it. */
export function useHealth(key: string, trouble: boolean): Health | undefined {
  const [health, setHealth] = useState<Health>();
  useEffect(() => {
    let timer = 0;
    let over = false;
    const turn = async () => {
      const answer = await askJson<Health>('v1/health', key, { signal: inTime() }).catch((error: Error) => error);
      if (over || (answer instanceof NoAnswer && answer.status === 401)) return;
      if (!(answer instanceof Error)) setHealth(answer);
      timer = window.setTimeout(turn, INTERVAL_MS);
    };
    turn();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [key, trouble]);
  return health;
}
