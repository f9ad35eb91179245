import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Agent, NoAnswer } from './api.ts';
import { Card, StateIcon } from './card.tsx';
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
import { HealthStrip, type Panel } from './healthStrip.tsx';
import { RulesPanel } from './rulesPanel.tsx';
import { byGroup, durationSince, type Filters, fits, STATES, stateOf } from './state.ts';
import { UploadPanel } from './uploadPanel.tsx';
import { type Health, useHealth } from './useHealth.ts';
import { type Seen, useList } from './useList.ts';
import { ruleWord, type Say } from './words.ts';

/** How long something has been so, is said in half minutes. */
const CLOCK_MS = 30_000;

interface BannerProps {
  readonly say: Say;
  readonly seen: Seen;
  readonly fault: NoAnswer | undefined;
  readonly health: Health | undefined;
}

/** What keeps the page from being true now; nothing when all is well. */
function Banner({ say, seen, fault, health }: BannerProps) {
  const age = seen.ageSeconds + Math.round((Date.now() - seen.at) / 1000);
  let text = '';
  if (fault !== undefined) {
    text = fault.status === 0 ? say('networkBanner') : say('refusedBanner', fault.message);
    if (seen.list !== undefined) text += ` ${say('shownAge', age)}`;
  } else if (seen.list?.stale === 1) {
    text = `${say('staleBanner', age)} ${health?.fault1 ?? ''}`;
  }
  return (
    <div class={text === '' ? '' : 'banner'} role="alert">
      {text}
    </div>
  );
}

/** Why nobody is reachable: how many people each rule keeps from it. */
function reasons(agents: readonly Agent[], say: Say): string {
  const counted = [...Map.groupBy(agents, ({ rule }) => rule)].sort(([, a], [, b]) => b.length - a.length);
  return counted.map(([rule, { length }]) => `${length} × ${ruleWord(rule, say)}`).join(', ');
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
  const health = useHealth(storedKey, isOld);
  const [filters, setFilters] = useState<Filters>({ text: '', group: undefined, show: 'all' });
  const [opened, setOpened] = useState<Agent | Panel>();
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), CLOCK_MS);
    return () => window.clearInterval(timer);
  }, []);
  const { agents, list } = seen;
  const shown = useMemo(() => byGroup(agents.filter(agent => fits(agent, filters, now))), [agents, filters, now]);
  const counts = useMemo(() => Map.groupBy(agents, stateOf), [agents]);
  const groups = useMemo(() => byGroup(agents).map(([group]) => group), [agents]);
  const first = list?.firstReachable ?? '';
  const next = agents.find(({ agentId }) => agentId === first);
  const change = (changes: Partial<Filters>) => setFilters(before => ({ ...before, ...changes }));
  return (
    <>
      <header>
        <div class="title">
          <h1>{say('title')}</h1>
          <button type="button" onClick={onClose}>
            {say('close')}
          </button>
        </div>
        <p class="counts">
          {STATES.filter(state => counts.has(state)).map(state => (
            <span key={state}>
              <StateIcon state={state} /> {say(state)} <strong>{counts.get(state)?.length}</strong>
            </span>
          ))}
          {agents.length > 0 && (
            <span>
              {say('next')}: <bdi>{next?.displayName || next?.agentId || say('nobody')}</bdi>
            </span>
          )}
        </p>
        <FilterBar say={say} filters={filters} groups={groups} onChange={change} />
        {health && <HealthStrip say={say} health={health} now={now} onOpen={setOpened} />}
      </header>
      <Banner say={say} seen={seen} fault={fault} health={health} />
      {list === undefined && fault === undefined && <p class="empty">{say('wait')}</p>}
      {list !== undefined && agents.length === 0 && <p class="empty">{say('nobodyMapped')}</p>}
      {agents.length > 0 && list?.reachableCount === 0 && (
        <p class="empty">{say('nobodyReachable', reasons(agents, say))}</p>
      )}
      {agents.length > 0 && shown.length === 0 && <p class="empty">{say('nobodyFits')}</p>}
      <div class={isOld ? 'grid old' : 'grid'}>
        {shown.map(([group, members]) => (
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
                  isNext={agent.agentId === first}
                  onExplain={setOpened}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
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
          {typeof opened === 'object' && (
            <Answer<Explanation>
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
