import { memo } from 'preact/compat';
import type { Agent } from './api.ts';
import { Card } from './card.tsx';
import { durationSince } from './state.ts';
import type { Say } from './words.ts';

interface GridProps {
  readonly groups: readonly (readonly [group: string, members: readonly Agent[]])[];
  readonly say: Say;
  readonly now: number;
  /** Whom the ACD would offer the next call. */
  readonly next: string;
  readonly isOld: boolean;
  readonly onExplain: (agent: Agent) => void;
}

/** The people by group. Thousands of cards are not gone through when something else on the page changes. */
export const Grid = memo(({ groups, say, now, next, isOld, onExplain }: GridProps) => (
  <div class={isOld ? 'grid old' : 'grid'}>
    {groups.map(([group, members]) => (
      <section key={group} aria-label={group || say('noGroup')}>
        <h2>
          <bdi>{group || say('noGroup')}</bdi> <small>{members.length}</small>
        </h2>
        <ul>
          {members.map(agent => (
            <Card
              key={agent.agentId}
              agent={agent}
              say={say}
              since={durationSince(agent.changedAt, now)}
              isNext={agent.agentId === next}
              onExplain={onExplain}
            />
          ))}
        </ul>
      </section>
    ))}
  </div>
));
