import type { Agent } from './api.ts';

export const STATES = [
  ...(['available', 'settling', 'call', 'meeting', 'dnd', 'busy'] as const),
  ...(['away', 'offline', 'unknown', 'reachable', 'notReachable'] as const),
] as const;
export type State = (typeof STATES)[number];

const OF_ACTIVITY: Readonly<Record<string, State>> = {
  InACall: 'call',
  InAConferenceCall: 'call',
  InAMeeting: 'meeting',
  Presenting: 'dnd',
  Focusing: 'dnd',
  UrgentInterruptionsOnly: 'dnd',
};
const OF_AVAILABILITY: Readonly<Record<string, State>> = {
  Available: 'available',
  AvailableIdle: 'available',
  AvailableInactive: 'available',
  Busy: 'busy',
  BusyIdle: 'busy',
  DoNotDisturb: 'dnd',
  Away: 'away',
  BeRightBack: 'away',
  Offline: 'offline',
};

/** The state of an agent as the board shows it; where Teams values are left out, only whether a call may be offered. */
export function stateOf({ known, rule, teamsActivity, teamsAvailability, reachable }: Agent): State {
  if (known === 0) return 'unknown';
  if (teamsAvailability === '' && teamsActivity === '') return reachable === 1 ? 'reachable' : 'notReachable';
  if (rule === 'settling') return 'settling';
  // Microsoft's newer page lists calls and meetings under availability.
  return (
    OF_ACTIVITY[teamsActivity] ?? OF_ACTIVITY[teamsAvailability] ?? OF_AVAILABILITY[teamsAvailability] ?? 'unknown'
  );
}

/** SUSPICIOUS_AFTER_HOURS, which the page is served with; 0 is off. */
const suspiciousHours = Number(document.querySelector<HTMLMetaElement>('meta[name=suspicious-after-hours]')?.content);
const SUSPICIOUS_MS = suspiciousHours > 0 ? suspiciousHours * 3_600_000 : Number.POSITIVE_INFINITY;

/** Available for so long that the status may have been set by hand. */
function isSuspicious(agent: Agent, now: number): boolean {
  return stateOf(agent) === 'available' && agent.changedAt !== '' && now - Date.parse(agent.changedAt) >= SUSPICIOUS_MS;
}

/** A number and its unit stay on one line. */
const unbroken = (text: string) => text.replaceAll(' ', '\u00a0');

/** How long something has been so, in words that fit a card. */
export function durationSince(time: string, now: number): string {
  if (time === '') return '';
  const minutes = Math.max(0, Math.floor((now - Date.parse(time)) / 60_000));
  if (minutes < 1) return unbroken('< 1 min');
  if (minutes < 60) return unbroken(`${minutes} min`);
  const hours = Math.floor(minutes / 60);
  return unbroken(hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`);
}

export type Show = 'all' | 'reachable' | 'trouble' | 'suspicious';
export const SHOWS: readonly Show[] = [
  'all',
  'reachable',
  'trouble',
  ...(suspiciousHours > 0 ? (['suspicious'] as const) : []),
];

export interface Filters {
  readonly text: string;
  /** Undefined for every group. */
  readonly group: string | undefined;
  readonly show: Show;
}

export function fits(agent: Agent, { text, group, show }: Filters, now: number): boolean {
  if (group !== undefined && !sameGroup(agent.group, group)) return false;
  if (show === 'reachable' && agent.reachable !== 1) return false;
  if (show === 'trouble' && agent.known === 1 && agent.stale === 0) return false;
  if (show === 'suspicious' && !isSuspicious(agent, now)) return false;
  const words = plain(text.trim());
  if (words === '' || plain(`${agent.displayName} ${agent.agentId}`).includes(words)) return true;
  const digits = dialled(text);
  return digits !== '' && agent.number.replace(/\D/g, '').includes(digits);
}

/** A name as it is typed where there are no umlauts, or as another program has composed it. */
function plain(text: string): string {
  const small = text.toLowerCase().replaceAll('ß', 'ss').replaceAll('ı', 'i');
  return small.normalize('NFD').replace(/\p{M}/gu, '');
}

/** The digits of what looks like a number, without what is dialled in front of it; empty for anything else. */
function dialled(text: string): string {
  if (!/^[\d\s()+/.-]{3,}$/.test(text.trim())) return '';
  // The zero in brackets is dialled at home only.
  return text.replace('(0)', '').replace(/\D/g, '').replace(/^0+/, '');
}

/** Whom the ACD would be offered first, as the connector orders them; empty when nobody is reachable. */
export function firstReachable(reachable: readonly Agent[]): string {
  return reachable.reduce((first, { agentId }) => (first === '' || agentId < first ? agentId : first), '');
}

/** Numbers in names of groups go by how large they are. */
const { compare } = new Intl.Collator(undefined, { numeric: true });

/** Names of groups are compared as the connector compares them: case and outer blanks do not count. */
const groupKey = (group: string) => group.normalize('NFC').trim().toLowerCase().toUpperCase();
export const sameGroup = (one: string, other: string) => groupKey(one) === groupKey(other);

/** The agents of each group, under the spelling of the first of them. */
export function byGroup(agents: readonly Agent[]): [group: string, members: Agent[]][] {
  const groups = [...Map.groupBy(agents, ({ group }) => groupKey(group)).values()];
  return groups
    .map((members): [string, Agent[]] => [members[0]?.group.trim() ?? '', members])
    .sort(([a], [b]) => compare(a, b));
}
