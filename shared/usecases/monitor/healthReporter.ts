import { isMapped } from '../../domain/agents/agent.ts';
import { ageSeconds, type FreshnessLimits, freshnessOf, isFromFuture } from '../../domain/presence/freshness.ts';
import { type Expiry, endPhrase, expiryState, setExpiryCommand } from '../../domain/signIn/expiry.ts';
import { type Head, lastReadAt, NO_REPORT, type PollReport } from '../../domain/snapshot/head.ts';
import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import { describeFault, StoreUnavailableError } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { PresenceReader } from '../read/presenceReader.ts';
import type { PullCounts, PullMonitor } from './pullMonitor.ts';

type HealthState = 'ok' | 'degraded' | 'down';

/** How the connector is. Times are milliseconds since 1970, UTC; 0 is never. */
export interface Health extends HealthVerdict {
  /** Sentences, the gravest first. */
  readonly faults: readonly string[];
  readonly lastPollAt: number;
  readonly lastSuccessAt: number;
  readonly agentsMapped: number;
  readonly agentsFound: number;
  readonly pulls: PullCounts;
  readonly secretExpiry: Expiry;
  readonly passwordExpiry: Expiry;
  /** How to say when something ends of which nobody knows; empty when all is known. */
  readonly expiryHint: string;
  readonly signIn: string;
  /** The moment for which all this is so. */
  readonly now: number;
}

interface HealthVerdict {
  readonly state: HealthState;
  readonly reason: string;
}

const NOT_FOUND_SHARE = 0.05;
const NOT_FOUND_COUNT = 3;
/** With fewer agents one row is more than the share, and no reason to worry. */
const FEW_AGENTS = 20;

function tooManyNotFound({ index: { agents } }: Snapshot): boolean {
  const notFound = agents.filter(({ account }) => account === 'not-in-directory').length;
  const isShare = agents.length >= FEW_AGENTS && notFound > agents.length * NOT_FOUND_SHARE;
  return notFound >= NOT_FOUND_COUNT || isShare;
}

function healthVerdict(
  head: Head | undefined,
  snapshot: Snapshot | undefined,
  now: number,
  limits: FreshnessLimits,
  { ending, lost, unsynced }: { ending: boolean; lost: boolean; unsynced: boolean },
): HealthVerdict {
  if (head === undefined || snapshot === undefined)
    return { state: 'down', reason: 'The stored state cannot be read.' };
  const { report } = head;
  if (report.attemptedAt === 0) return { state: 'down', reason: 'Teams has not been polled yet.' };
  const newest = lastReadAt(head);
  if (newest === 0) return { state: 'down', reason: 'No poll of Teams has succeeded yet.' };
  if (isFromFuture(newest, now)) {
    return {
      state: 'down',
      reason: 'The last reading of Teams bears a time to come: the clock of an instance is wrong.',
    };
  }
  if (freshnessOf(newest, now, limits) === 'unknown') {
    return { state: 'down', reason: `Teams has not been read for ${ageSeconds(newest, now)} s.` };
  }
  if (report.faults.length > 0) return { state: 'degraded', reason: 'The last poll met faults.' };
  if (freshnessOf(report.succeededAt, now, limits) !== 'fresh') {
    return { state: 'degraded', reason: 'The last complete poll is too old.' };
  }
  if (report.timerAt > 0 && freshnessOf(report.timerAt, now, limits) === 'unknown') {
    const silent = ageSeconds(report.timerAt, now);
    return {
      state: 'degraded',
      reason: `The timer has been silent for ${silent} s; Teams is read when somebody asks. Restart the app.`,
    };
  }
  if (lost) return { state: 'degraded', reason: 'The uploaded rules are gone.' };
  if (unsynced) return { state: 'degraded', reason: 'The last directory sync changed nothing.' };
  if (ending) return { state: 'degraded', reason: 'A secret or password ends soon.' };
  if (tooManyNotFound(snapshot)) {
    return { state: 'degraded', reason: 'Too many agents are not found in the directory: see the match report.' };
  }
  if (snapshot.index.agents.length === 0) return { state: 'degraded', reason: 'No agents are mapped: upload a list.' };
  return { state: 'ok', reason: '' };
}

const RULES_LOST = 'The uploaded rules are gone or cannot be read; the default rules are in use. Upload them again.';

const RENEWAL = {
  secret: {
    what: 'The client secret',
    todo: 'Create a new one and store it in the vault (guide: Create a Client Secret)',
  },
  certificate: {
    what: 'The client certificate',
    todo: 'Create a new one and store it as teams-client-certificate (docs/setup-entra.md)',
  },
  password: {
    what: "The user's password",
    todo: 'Set a new one and store it as teams-user-password (guide: Additional User Configuration)',
  },
} as const;

/** The sentence for something that will end soon; none for what is far off, endless or unknown. */
function expiryFault(kind: 'secret' | 'password', expiry: Expiry, now: number): string[] {
  const state = expiryState(expiry, now);
  if (state === 'ok' || state === 'unknown') return [];
  const { what, todo } = RENEWAL[expiry.source === 'certificate' ? 'certificate' : kind];
  return [`${what} ${endPhrase(expiry, now)} (${expiry.source}). ${todo}.`];
}

interface HealthDeps {
  readonly reader: PresenceReader;
  readonly pulls: Pick<PullMonitor, 'counts'>;
  readonly limits: FreshnessLimits;
  readonly clock: Clock;
  /** For the commands that are proposed. */
  readonly vaultName: string;
}

/** The commands that say when those secrets end of which nobody knows. */
function expiryHint({ attemptedAt, secretExpiry, passwordExpiry }: PollReport, vaultName: string): string {
  if (attemptedAt === 0) return '';
  const unknown = [
    ...(secretExpiry.at === 0 ? ['teams-client-secret'] : []),
    ...(passwordExpiry.at === 0 ? ['teams-user-password'] : []),
  ];
  return unknown.map(secret => setExpiryCommand(vaultName, secret)).join('; ');
}

/** How the connector is, from what the last poll left in the head. */
export function healthReporter({ reader, pulls, limits, clock, vaultName }: HealthDeps) {
  return async (): Promise<Health> => {
    const { snapshot, fault } = await readOrFault(reader);
    const now = clock();
    const head = fault === undefined ? snapshot?.head : undefined;
    const report: PollReport = head?.report ?? NO_REPORT;
    const { secretExpiry, passwordExpiry } = report;
    const ending = [...expiryFault('secret', secretExpiry, now), ...expiryFault('password', passwordExpiry, now)];
    const met = [...(fault === undefined ? [] : [describeFault(fault)]), ...report.faults].map(
      ({ message }) => message,
    );
    const lost = head !== undefined && snapshot !== undefined && snapshot.rules.id !== head.rules ? [RULES_LOST] : [];
    const sync = head?.directory.fault === undefined ? [] : [head.directory.fault.message];
    const faults = [...met, ...lost, ...sync, ...ending];
    const verdict = healthVerdict(head, snapshot, now, limits, {
      ending: ending.length > 0,
      lost: lost.length > 0,
      unsynced: sync.length > 0,
    });
    const agents = snapshot?.index.agents ?? [];
    return {
      ...verdict,
      faults,
      lastPollAt: report.attemptedAt,
      lastSuccessAt: report.succeededAt,
      agentsMapped: agents.length,
      agentsFound: agents.filter(isMapped).length,
      pulls: pulls.counts(),
      secretExpiry,
      passwordExpiry,
      expiryHint: expiryHint(report, vaultName),
      signIn: report.signIn,
      now,
    };
  };
}

async function readOrFault(reader: PresenceReader): Promise<{ snapshot: Snapshot | undefined; fault: unknown }> {
  try {
    return await reader.read();
  } catch (error) {
    return { snapshot: undefined, fault: error ?? new StoreUnavailableError('Table Storage cannot be read.') };
  }
}

export type HealthReporter = ReturnType<typeof healthReporter>;
