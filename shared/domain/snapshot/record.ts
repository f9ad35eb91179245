import { type Agent, isMapped, type MatchedBy, ownEmail } from '../agents/agent.ts';
import { type Freshness, UNKNOWN_AGE_SECONDS } from '../presence/freshness.ts';
import type { Reading } from '../presence/reading.ts';
import type { RuleResult, TelStatus, TelStatusText } from '../rules/rule.ts';

/** `minimal` leaves name, Teams values, out-of-office and changedAt empty. */
export type DataLevel = 'full' | 'minimal';

/** One agent in the list: flat, without nulls, and different only when something about the person is. */
export interface PresenceRecord {
  readonly agentId: string;
  readonly email: string;
  readonly userId: string;
  readonly displayName: string;
  readonly group: string;
  readonly number: string;
  readonly numberE164: string;
  readonly teamsAvailability: string;
  readonly teamsActivity: string;
  readonly outOfOffice: 0 | 1;
  readonly telStatus: TelStatus;
  readonly telStatusText: TelStatusText;
  readonly reachable: 0 | 1;
  readonly known: 0 | 1;
  readonly agentStatus: string;
  readonly rule: string;
  readonly changedAt: string;
  readonly stale: 0 | 1;
}

/** One agent asked for by key: the same fields in the same order, whatever the status is. */
interface SingleAnswer extends PresenceRecord {
  readonly status: number;
  readonly matchedBy: MatchedBy;
  readonly checkedAt: string;
  readonly ageSeconds: number;
  readonly error: string;
  readonly message: string;
}

/** ISO 8601 UTC without fractions; empty for never. */
export function isoTime(ms: number): string {
  return ms === 0 ? '' : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** An extension, which finds the agent as a key; a number that nothing can be found by is not given out. */
function extensionOf({ number, numberKeys }: Agent): string {
  const digits = number.normalize('NFKC').replace(/\D/g, '');
  return numberKeys.find(key => !key.startsWith('+') && digits.startsWith(key)) ?? '';
}

/** What the ACD is told of one agent. */
export function presenceRecord(
  agent: Agent,
  reading: Reading | undefined,
  freshness: Freshness,
  result: RuleResult,
  level: DataLevel,
): PresenceRecord {
  const shown = level === 'full' ? reading : undefined;
  return {
    agentId: agent.agentId,
    email: ownEmail(agent) || agent.mail || agent.userPrincipalName,
    userId: agent.objectId || agent.userId,
    displayName: level === 'full' ? agent.displayName || agent.directoryName : '',
    group: agent.group,
    number: agent.numberE164 === '' ? extensionOf(agent) : agent.numberE164.slice(1),
    numberE164: agent.numberE164,
    teamsAvailability: shown?.availability ?? '',
    teamsActivity: shown?.activity ?? '',
    outOfOffice: shown?.outOfOffice ? 1 : 0,
    telStatus: result.telStatus,
    telStatusText: result.telStatusText,
    reachable: result.reachable,
    known: result.known,
    agentStatus: result.agentStatus,
    rule: result.rule,
    changedAt: isoTime(shown?.changedAt ?? 0),
    // An account that is not polled has no age: the directory's word on it does not go stale.
    stale: isMapped(agent) && freshness !== 'fresh' ? 1 : 0,
  };
}

/** Nothing is known of anybody. The order of these fields is the order of every single answer. */
const NOBODY: SingleAnswer = {
  status: 0,
  agentId: '',
  email: '',
  userId: '',
  displayName: '',
  group: '',
  number: '',
  numberE164: '',
  matchedBy: '',
  teamsAvailability: '',
  teamsActivity: '',
  outOfOffice: 0,
  telStatus: 1,
  telStatusText: 'unknown',
  reachable: 0,
  known: 0,
  agentStatus: '',
  rule: 'unknown',
  changedAt: '',
  checkedAt: '',
  ageSeconds: UNKNOWN_AGE_SECONDS,
  stale: 1,
  error: '',
  message: '',
};

/** What an answer is made of. */
export const RECORD_FIELDS = Object.keys(NOBODY);

/** A found agent's record, with what only a single answer says. */
export function singleAnswer(
  record: PresenceRecord,
  matchedBy: MatchedBy,
  seen: { readonly checkedAt: number; readonly ageSeconds: number },
): SingleAnswer {
  const own = { status: 200, matchedBy, checkedAt: isoTime(seen.checkedAt), ageSeconds: seen.ageSeconds };
  return { ...NOBODY, ...record, ...own };
}

/** The answer when there is no agent to speak of: every field of a found one, so that no flow reads old values. */
export function singleFailure(status: number, error: string, message: string): SingleAnswer {
  return { ...NOBODY, status, error, message };
}
