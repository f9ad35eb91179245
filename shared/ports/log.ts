/** Names shared by the code and by every alert that watches for them. */
export const EVENTS = {
  pollSucceeded: 'poll.succeeded',
  pollFailed: 'poll.failed',
  /** A read polled in place of the timer. */
  pollHealed: 'poll.healed',
  agentsUploaded: 'agents.uploaded',
  syncSucceeded: 'sync.succeeded',
  syncFailed: 'sync.failed',
  rulesChanged: 'rules.changed',
  /** Somebody was shown what is known of one agent; whom, is not said. */
  agentExplained: 'agent.explained',
  pullsServed: 'pulls.served',
  requestFailed: 'request.failed',
} as const;

export type EventName = (typeof EVENTS)[keyof typeof EVENTS];

/**
 * What a log line may hold: counts, codes and request ids of Microsoft.
 * Never a name, e-mail, number, presence value, key, token, URL or header.
 */
export type EventFields = Readonly<Record<string, string | number>>;

export type Log = (event: EventName, fields: EventFields) => void;
