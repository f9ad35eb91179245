import { isHandful, stateCounts } from '../../domain/presence/stateCounts.ts';
import { daysLeft } from '../../domain/signIn/expiry.ts';
import type { PollReport } from '../../domain/snapshot/head.ts';
import { type ConnectorError, describeFault } from '../../errors/errors.ts';
import { EVENTS, type Log } from '../../ports/log.ts';
import type { CredentialState } from '../../ports/tokenProvider.ts';
import type { Expiries } from '../signIn/expiryForecast.ts';
import type { ShardOutcome } from './shardOutcome.ts';

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

const REPORTED_FAULTS = 3;
/** Of 20,000 people; more would be most of the log. */
const LOGGED_REQUESTS = 32;

/** How the sign-in of a cycle went. */
export interface SignInOutcome {
  readonly mode: string;
  readonly state: CredentialState | undefined;
  /** Why there is no token. */
  readonly error: ConnectorError | undefined;
}

/** What one cycle has met so far. */
interface CycleSoFar {
  readonly signIn: SignInOutcome;
  readonly outcomes: readonly ShardOutcome[];
  /** Shards that Graph has not answered yet: neither read nor failed. */
  readonly unanswered: number;
  readonly attemptedAt: number;
}

/** What one cycle met, for the health answer. */
export function cycleReport(
  before: PollReport,
  { signIn, outcomes, unanswered, attemptedAt }: CycleSoFar,
  expiries: Expiries,
): Omit<PollReport, 'timerAt'> {
  const failedShards = outcomes.filter(({ presences }) => presences === undefined).length;
  // What kept Teams from being read comes before what only may do so later.
  const errors = [signIn.error, ...outcomes.map(outcome => outcome.error), ...(signIn.state?.faults ?? [])];
  const isSpared = outcomes.some(({ presences, error }) => presences === undefined && error === undefined);
  const faults = [
    ...errors.flatMap(error => (error === undefined ? [] : describeFault(error))),
    ...(isSpared ? before.faults : []),
  ];
  const distinct = faults.filter(({ code }, index) => faults.findIndex(fault => fault.code === code) === index);
  const { secretExpiry, passwordExpiry } = expiries;
  return {
    attemptedAt,
    succeededAt: signIn.error === undefined && failedShards + unanswered === 0 ? attemptedAt : before.succeededAt,
    signIn: signIn.mode,
    failedShards,
    requests: sum(outcomes.map(({ requests }) => requests)),
    secretExpiry,
    passwordExpiry,
    faults: distinct.slice(0, REPORTED_FAULTS),
  };
}

/** A report that says first why the cycle could not be published. */
export function unpublished(report: PollReport, before: PollReport, error: Error): PollReport {
  const faults = [describeFault(error), ...report.faults].slice(0, REPORTED_FAULTS);
  return { ...report, succeededAt: before.succeededAt, faults };
}

/** One line for a cycle that read everybody, and one for each fault; none of them names anybody. */
export function logCycle(
  log: Log,
  outcomes: readonly ShardOutcome[],
  report: PollReport,
  result: {
    people: number;
    /** How old the data had become before this cycle; -1 before the first. */
    ageSeconds: number;
    published: boolean;
    changed: number;
    sequenceRegressions: number;
    milliseconds: number;
    now: number;
  },
): void {
  const fields = {
    shards: outcomes.length,
    requests: sum(outcomes.map(({ requests }) => requests)),
    retries: sum(outcomes.map(({ retries }) => retries)),
    ageSeconds: result.ageSeconds,
    failedShards: report.failedShards,
    // Of a handful of people, that one of them changed would be a history of this one.
    ...(!isHandful(result.people) && { changed: result.changed, sequenceRegressions: result.sequenceRegressions }),
    superseded: result.published ? 0 : 1,
    milliseconds: result.milliseconds,
    signIn: report.signIn,
    requestIds: outcomes
      .flatMap(outcome => outcome.requestId || [])
      .slice(0, LOGGED_REQUESTS)
      .join(' '),
  };
  // Everybody was read: also when the user is refused and the application stands in.
  if (report.succeededAt === report.attemptedAt) {
    const presences = outcomes.flatMap(outcome => [...(outcome.presences?.values() ?? [])]);
    log(EVENTS.pollSucceeded, {
      ...fields,
      secretDaysLeft: daysLeft(report.secretExpiry, result.now),
      passwordDaysLeft: daysLeft(report.passwordExpiry, result.now),
      ...stateCounts(presences),
    });
  }
  for (const { code, message } of report.faults) log(EVENTS.pollFailed, { ...fields, code, message });
}
