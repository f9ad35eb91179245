import { durationSince } from './state.ts';
import type { Health, KnownHealth } from './useHealth.ts';
import type { Say } from './words.ts';

/** What an administrator can open from here. */
const PANELS = ['report', 'doctor', 'rules', 'upload'] as const;
export type Panel = (typeof PANELS)[number];

interface HealthStripProps {
  readonly say: Say;
  readonly health: Exclude<KnownHealth, 'refused'>;
  /** By the clock of this machine, and by that of the connector. */
  readonly clock: number;
  readonly now: number;
  readonly onOpen: (panel: Panel) => void;
}

/** So many days are written for what does not end, and seconds for what never was; below 0 nobody knows. */
const NEVER_DAYS = 999_999;

function factsOf(health: Health, { now, clock, say }: Pick<HealthStripProps, 'now' | 'clock' | 'say'>): string[] {
  const days = (left: number) => {
    if (left === NEVER_DAYS) return say('noEnd');
    return left < 0 ? say('unknownDays') : say('days', left);
  };
  const elapsed = Math.max(0, Math.round((clock - health.at) / 1000));
  const facts = [
    health.fault1 === '' ? health.reason : '',
    health.fault1,
    health.fault2,
    health.fault3,
    health.lastPollAgeSeconds < NEVER_DAYS && say('lastAttempt', health.lastPollAgeSeconds + elapsed),
    health.lastPullAt === '' ? say('noPull') : say('lastPull', durationSince(health.lastPullAt, now)),
    health.pullAgeP99 >= 0 && say('pullAges', health.pullAgeP50, health.pullAgeP99),
    health.agentsFailed > 0 ? say('notFound', health.agentsFailed) : '',
    `${say('secret')}: ${days(health.secretDaysLeft)}`,
    `${say('password')}: ${days(health.passwordDaysLeft)}`,
  ];
  return facts.filter(fact => fact !== false && fact !== '') as string[];
}

export function HealthStrip({ say, health, clock, now, onOpen }: HealthStripProps) {
  // Its place is kept, so that nobody's card moves from under the pointer.
  if (health === 'asking') return <div class="health" />;
  const state = health?.state ?? 'noAnswer';
  return (
    <div class={`health ${state}`}>
      <strong>
        {say('health')}: {say(state)}
      </strong>
      {health && factsOf(health, { now, clock, say }).map(fact => <span key={fact}>{fact}</span>)}
      <nav aria-label={say('health')}>
        {PANELS.map(panel => (
          <button key={panel} type="button" onClick={() => onOpen(panel)}>
            {say(panel)}
          </button>
        ))}
      </nav>
    </div>
  );
}
