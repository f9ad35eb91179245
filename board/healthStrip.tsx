import { durationSince } from './state.ts';
import type { Health } from './useHealth.ts';
import type { Say } from './words.ts';

/** What an administrator can open from here. */
const PANELS = ['report', 'doctor', 'rules', 'upload'] as const;
export type Panel = (typeof PANELS)[number];

interface HealthStripProps {
  readonly say: Say;
  readonly health: Health;
  readonly now: number;
  readonly onOpen: (panel: Panel) => void;
}

/** So many days are written for what does not end, and seconds for what never was; below 0 nobody knows. */
const NEVER_DAYS = 999_999;

export function HealthStrip({ say, health, now, onOpen }: HealthStripProps) {
  const days = (left: number) => {
    if (left === NEVER_DAYS) return say('noEnd');
    return left < 0 ? say('unknownDays') : say('days', left);
  };
  const elapsed = Math.max(0, Math.round((now - health.at) / 1000));
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
  return (
    <div class={`health ${health.state}`}>
      <strong>
        {say('health')}: {say(health.state)}
      </strong>
      {facts.filter(Boolean).map(fact => (
        <span key={fact}>{fact}</span>
      ))}
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
