import { memo } from 'preact/compat';
import type { Agent } from './api.ts';
import { type State, stateOf } from './state.ts';
import { ruleWord, type Say } from './words.ts';

/** Shapes, so that no state is told by its colour alone. */
const SHAPES: Readonly<Record<State, string>> = {
  available: 'M4 9l3 3 7-7',
  reachable: 'M4 9l3 3 7-7',
  settling: 'M9 4v5l3 3',
  call: 'M5.6 5v1.8a5.6 5.6 0 0 0 5.6 5.6H13',
  meeting: 'M3 13c0-3 2-4 4-4s4 1 4 4M7 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4M12 8c2 0 3 1 3 4',
  dnd: 'M4 9h10',
  busy: '',
  notReachable: 'M4 9h10',
  away: 'M9 4v5h4',
  offline: 'M5 5l8 8M13 5l-8 8',
  unknown: 'M6 6c0-4 7-4 7 0 0 2-4 2-4 5M9 14h.01',
};

export function StateIcon({ state }: { readonly state: State }) {
  return (
    <svg class={`icon ${state}`} viewBox="0 0 18 18" aria-hidden="true">
      <circle cx="9" cy="9" r="9" />
      <path d={SHAPES[state]} />
    </svg>
  );
}

/** Rules that say no more than the state above them. */
const SAID_ALREADY = new Set(['in-a-call', 'in-a-meeting', 'do-not-disturb', 'busy', 'available', 'away', 'settling']);

interface CardProps {
  readonly agent: Agent;
  readonly say: Say;
  /** How long it has been so: in words, so that a card is drawn anew only when these change. */
  readonly since: string;
  readonly isNext: boolean;
  readonly onExplain: (agent: Agent) => void;
}

/** One person. Names are shown as text, whatever stands in them and in whatever direction they run. */
export const Card = memo(({ agent, say, since, isNext, onExplain }: CardProps) => {
  const state = stateOf(agent);
  // Where Teams values are left out, the rule's name would tell them.
  const tellsRule = state !== 'notReachable' && state !== 'reachable';
  return (
    <li>
      <button type="button" class={`card ${state}${agent.stale ? ' stale' : ''}`} onClick={() => onExplain(agent)}>
        <StateIcon state={state} />
        <span class="name">
          <bdi>{agent.displayName || agent.agentId}</bdi>
          {agent.displayName && <small> {agent.agentId}</small>}
        </span>
        <span class="state">
          {say(state)}
          {since && state !== 'unknown' && ` ${say('since')} ${since}`}
        </span>
        <span class="rule">
          {tellsRule && (
            <>
              {agent.reachable === 1 ? <strong>{say('reachable')}</strong> : say('notReachable')}
              {!SAID_ALREADY.has(agent.rule) && `: ${ruleWord(agent.rule, say)}`}
            </>
          )}
          {isNext && (
            <strong>
              {tellsRule && ' · '}
              {say('next')}
            </strong>
          )}
        </span>
      </button>
    </li>
  );
});
