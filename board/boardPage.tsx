import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Agent } from './api.ts';
import { Banner } from './banner.tsx';
import { StateIcon } from './card.tsx';
import {
  Answer,
  Dialog,
  type DoctorReport,
  type Explanation,
  examined,
  explained,
  type Report,
  reported,
} from './dialog.tsx';
import { FilterBar } from './filterBar.tsx';
import { Grid } from './grid.tsx';
import { HealthStrip, type Panel } from './healthStrip.tsx';
import { RulesPanel } from './rulesPanel.tsx';
import { byGroup, type Filters, firstReachable, fits, SHOWS, STATES, sameGroup, stateOf } from './state.ts';
import { UploadPanel } from './uploadPanel.tsx';
import { useHealth } from './useHealth.ts';
import { ageOf, NEVER_SECONDS, useList } from './useList.ts';
import { ruleWord, type Say } from './words.ts';

/** How long something has been so, is said in half minutes. */
const CLOCK_MS = 30_000;

const NO_FILTERS: Filters = { text: '', group: undefined, show: 'all' };

/** What a printed page leaves out. */
function filterWords({ text, group, show }: Filters, say: Say): string {
  const words = [text, group, show === 'all' ? '' : say(show)].filter(Boolean);
  return words.join(', ') || say('noFilter');
}

/** Why nobody is reachable: how many people each rule keeps from it. Where Teams values are left out it does not say. */
function reasons(agents: readonly Agent[], say: Say): string {
  const wordOf = (agent: Agent) =>
    stateOf(agent) === 'notReachable' ? say('notReachable') : ruleWord(agent.rule, say);
  const counted = [...Map.groupBy(agents, wordOf)].sort(([, a], [, b]) => b.length - a.length);
  return counted.map(([word, { length }]) => `${length} × ${word}`).join(', ');
}

interface BoardPageProps {
  readonly storedKey: string;
  readonly say: Say;
  readonly onClose: () => void;
  readonly onRefused: () => void;
}

export function BoardPage({ storedKey, say, onClose, onRefused }: BoardPageProps) {
  const { seen, fault } = useList(storedKey, onRefused);
  const isOld = fault !== undefined || seen.list?.stale === 1;
  const [opened, setOpened] = useState<Agent | Panel>();
  const health = useHealth(storedKey, `${isOld} ${opened === undefined} ${seen.agents.length > 0}`);
  const [filters, setFilters] = useState(NO_FILTERS);
  const [clock, setClock] = useState(Date.now());
  const now = clock + seen.clockOffsetMs;
  useEffect(() => {
    const timer = window.setInterval(() => setClock(Date.now()), CLOCK_MS);
    return () => window.clearInterval(timer);
  }, []);
  // The form that had the keyboard is gone.
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  const { agents, list } = seen;
  const groups = useMemo(() => byGroup(agents).map(([group]) => group), [agents]);
  // A group that is gone from the list filters nobody any more.
  const group = groups.find(name => filters.group !== undefined && sameGroup(name, filters.group));
  const shown = useMemo(
    () => byGroup(agents.filter(agent => fits(agent, { ...filters, group }, now))),
    [agents, filters, group, now],
  );
  /** Whom counts and the next call are about. */
  const team = useMemo(
    () => (group === undefined ? agents : agents.filter(agent => sameGroup(agent.group, group))),
    [agents, group],
  );
  const counts = useMemo(() => Map.groupBy(team, stateOf), [team]);
  const reachable = useMemo(() => team.filter(agent => agent.reachable === 1), [team]);
  const tellsTimes = agents.some(({ changedAt }) => changedAt !== '');
  const shows = SHOWS.filter(show => show !== 'suspicious' || tellsTimes);
  const age = ageOf(seen);
  const told = typeof health === 'object' && fault?.status !== 0 ? health : undefined;
  const first = firstReachable(reachable);
  const next = agents.find(({ agentId }) => agentId === first);
  const change = (changes: Partial<Filters>) => setFilters(before => ({ ...before, ...changes }));
  return (
    <>
      <div class="title">
        <h1 ref={heading} tabIndex={-1}>
          {say('title')}
        </h1>
        <button type="button" onClick={onClose}>
          {say('close')}
        </button>
      </div>
      <Banner say={say} seen={seen} fault={fault} cause={told?.fault1 ?? ''} />
      <header class={isOld ? 'old' : ''}>
        <p class="counts">
          {STATES.filter(state => counts.has(state)).map(state => (
            <span key={state}>
              <StateIcon state={state} /> {say(state)} <strong>{counts.get(state)?.length}</strong>
            </span>
          ))}
          {tellsTimes && (
            <span>
              {say('reachable')} <strong>{reachable.length}</strong>
            </span>
          )}
          {agents.length > 0 && (
            <span>
              {say('next')}: <bdi>{next?.displayName || next?.agentId || say('nobody')}</bdi>
            </span>
          )}
          {list !== undefined && agents.length > 0 && age < NEVER_SECONDS && <small>{say('ageNow', age)}</small>}
        </p>
        <p class="printed">{say('printedAt', new Date(now).toLocaleString(say.language), filterWords(filters, say))}</p>
        <FilterBar say={say} filters={{ ...filters, group }} groups={groups} shows={shows} onChange={change} />
        {health !== 'refused' && (
          <HealthStrip
            say={say}
            health={health === 'asking' ? health : told}
            clock={clock}
            now={now}
            onOpen={setOpened}
          />
        )}
      </header>
      {list === undefined && fault === undefined && <p class="empty">{say('wait')}</p>}
      {list !== undefined && agents.length === 0 && <p class="empty">{told?.fault1 || say('nobodyMapped')}</p>}
      {team.length > 0 && reachable.length === 0 && <p class="empty">{say('nobodyReachable', reasons(team, say))}</p>}
      {agents.length > 0 && shown.length === 0 && (
        <p class="empty">
          {say(filters.show === 'trouble' && filters.text === '' ? 'noTrouble' : 'nobodyFits')}{' '}
          <button
            type="button"
            onClick={() => {
              setFilters(NO_FILTERS);
              // The button is gone then, and the keyboard's place with it.
              document.querySelector<HTMLInputElement>('.filters input')?.focus();
            }}
          >
            {say('clearFilters')}
          </button>
        </p>
      )}
      <Grid groups={shown} say={say} now={now} next={first} isOld={isOld} onExplain={setOpened} />
      {opened !== undefined && (
        <Dialog
          title={typeof opened === 'string' ? say(opened) : opened.displayName || opened.agentId}
          say={say}
          onClose={() => setOpened(undefined)}
        >
          {opened === 'doctor' && (
            <Answer<DoctorReport> route="v1/doctor" storedKey={storedKey} say={say} render={examined} />
          )}
          {opened === 'report' && (
            <Answer<Report> route="v1/match-report" storedKey={storedKey} say={say} render={reported} />
          )}
          {opened === 'rules' && <RulesPanel storedKey={storedKey} say={say} />}
          {opened === 'upload' && <UploadPanel storedKey={storedKey} say={say} agents={agents} />}
          {typeof opened === 'object' && isOld && (
            <Banner say={say} seen={seen} fault={fault} cause={told?.fault1 ?? ''} />
          )}
          {typeof opened === 'object' && (
            <Answer<Explanation>
              occasion={`${isOld} ${JSON.stringify(agents.find(({ agentId }) => agentId === opened.agentId))}`}
              route={`v1/explain?key=${encodeURIComponent(`id:${opened.agentId}`)}`}
              storedKey={storedKey}
              say={say}
              render={explained}
            />
          )}
        </Dialog>
      )}
    </>
  );
}
