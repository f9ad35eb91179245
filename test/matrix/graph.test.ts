import type { Fault } from '../../local/tenant/state.ts';
import { LASTING } from '../support/faultAnswers.ts';
import { type FaultRow, type FaultStack, faultRows, unnoticed } from '../support/faultRows.ts';

type Person = Readonly<Record<string, unknown>>;
type Begin = FaultRow['begin'];

const PAGE = { headers: { 'content-type': 'text/html' }, body: '<html><body>Service Unavailable</body></html>' };

const graph =
  (fault: Omit<Fault, 'service'>): Begin =>
  ({ tenant }) => {
    tenant.state.faults = [{ service: 'graph', path: 'getPresences', ...fault }];
  };

/** What Graph says of everybody, changed. */
const answering =
  (change: (people: readonly Person[]) => unknown): Begin =>
  ({ tenant }) => {
    const people = tenant.state.people.map(({ id }) => ({ id, ...tenant.state.shown(id), sequenceNumber: '1' }));
    const body = JSON.stringify({ value: change(people) });
    tenant.state.faults = [{ service: 'graph', path: 'getPresences', status: 200, body }];
  };

/** Graph fails: the last state stays, with its true age. */
const failing = (fault: string, begin: Begin, named?: RegExp): FaultRow => ({
  fault,
  begin,
  told: 'the last state',
  health: 'degraded',
  ...(named && { named }),
});

const STATUSES = [404, 409, 500, 502, 503, 504].map(status =>
  failing(`answers ${status}`, graph({ status }), new RegExp(`${status}`)),
);
/** What was given so far no longer serves; what Entra gives from now on does. */
const refusingTokens =
  (status: 401 | 403): Begin =>
  ({ tenant: { state } }) => {
    for (const token of state.confidential) state.refusedTokens.set(token, status);
  };

const WAITS = /wait|throttl/i;
const tenSecondsAhead = () => new Date(Date.now() + 10_000).toUTCString();

/** Whoever asks waits for the poll 0.8 s at most; the rest is for the way, and for a machine that is busy. */
const ASKER_WAITS_MS = 2_000;

faultRows('Microsoft Graph', [
  {
    settings: LASTING,
    rows: [
      { ...failing('answers 503 for as long as it takes', graph({ status: 503 })), lasts: true },
      { ...failing('never answers for as long as it takes', graph({ delayMs: 600_000 })), lasts: true },
    ],
  },
  {
    askerWaitsMs: ASKER_WAITS_MS,
    rows: [
      failing('answers 503 while whoever asks wants it fresh', graph({ status: 503 })),
      failing('never answers while whoever asks wants it fresh', graph({ delayMs: 600_000 })),
      unnoticed('answers after 0.3 s while whoever asks wants it fresh', graph({ delayMs: 300 })),
      {
        ...failing(
          'answers 429 while whoever asks wants it fresh',
          graph({ status: 429, headers: { 'retry-after': '2' } }),
        ),
        withinS: 5,
      },
    ],
  },
  {
    rows: [
      ...STATUSES,
      failing('answers 400', graph({ status: 400 }), /does not take/),
      unnoticed('answers 401 once', graph({ status: 401, times: 1 })),
      failing('answers 401 to every token', graph({ status: 401 }), /token/i),
      failing('answers 403', graph({ status: 403 }), /permission|consent/i),
      failing('answers 503 with a page', graph({ status: 503, ...PAGE }), /503/),
      failing('answers 200 with a page', graph({ status: 200, ...PAGE })),
      unnoticed(
        'answers 429 once, Retry-After: 0.2',
        graph({ status: 429, times: 1, headers: { 'retry-after': '0.2' } }),
      ),
      unnoticed(
        'answers 429 once, Retry-After: a date that has passed',
        graph({ status: 429, times: 1, headers: { 'retry-after': new Date(0).toUTCString() } }),
      ),
      unnoticed('sends its answer as plain text', ({ tenant }) => {
        const people = tenant.state.people.map(({ id }) => ({ id, ...tenant.state.shown(id), sequenceNumber: '1' }));
        const headers = { 'content-type': 'text/plain' };
        const body = JSON.stringify({ value: people });
        tenant.state.faults = [{ service: 'graph', path: 'getPresences', status: 200, headers, body }];
      }),
      unnoticed(
        'sends older version stamps than before',
        answering(people => people.map(person => ({ ...person, sequenceNumber: '0000000000000001' }))),
      ),
      unnoticed(
        'sends version stamps that are no numbers',
        answering(people => people.map(person => ({ ...person, sequenceNumber: 'x' }))),
      ),
      unnoticed('closes the connection once', graph({ status: 0, times: 1 })),
      failing('closes every connection', graph({ status: 0 }), /did not answer/),
      unnoticed('answers after 1.5 s', graph({ delayMs: 1_500 })),
      failing('never answers', graph({ delayMs: 600_000 }), /did not answer/),
      failing('stops in the middle of its answer', graph({ status: 200, body: '{"value":[{"id":"', stalls: true })),
      failing(
        'sends its answer a character at a time',
        graph({ status: 200, body: `{"value":[${' '.repeat(1_000)}]}`, dribbles: true }),
        /did not answer/,
      ),
      failing(
        'closes the connection in the middle of its answer',
        graph({ status: 200, body: '{"value":[{"id":"', cuts: true }),
        /did not answer/,
      ),
      failing('sends JSON that ends in the middle', graph({ status: 200, body: '{"value":[{"id":"' }), /JSON|read/i),
      failing(
        'leaves everybody out',
        answering(() => []),
      ),
      failing(
        'sends no list at all',
        answering(() => undefined),
      ),
      failing(
        'sends something else than a list',
        answering(people => ({ people })),
      ),
      failing(
        'leaves out a third of the people',
        answering(people => people.slice(0, Math.floor((people.length * 2) / 3))),
        /left out/,
      ),
      {
        fault: 'leaves out this one person',
        begin: answering(people => people.slice(1)),
        told: 'unknown',
        health: 'ok',
      },
      unnoticed(
        'sends everybody twice, and strangers',
        answering(people => [...people, ...people, { id: 'a-stranger', availability: 'Busy', activity: 'InACall' }]),
      ),
      {
        fault: 'says two things of this one person that contradict each other',
        begin: answering(people => [...people, { ...people[0], availability: 'Available', activity: 'Available' }]),
        told: 'unknown',
        health: 'ok',
      },
      unnoticed(
        'writes ids and values in capitals',
        answering(people =>
          people.map(person => ({
            ...person,
            id: String(person['id']).toUpperCase(),
            activity: String(person['activity']).toUpperCase(),
          })),
        ),
      ),
      unnoticed(
        'says under availability that somebody is in a call',
        answering(people =>
          people.map(person => ({ ...person, availability: person['activity'], activity: person['availability'] })),
        ),
      ),
      {
        fault: 'leaves out the activity of this one person',
        begin: answering(([anna, ...people]) => [{ ...anna, activity: undefined }, ...people]),
        told: 'unknown',
        health: 'ok',
      },
      {
        ...unnoticed(
          'sends null in every field of another person',
          answering(people =>
            people.map((person, index) =>
              index === 3 ? { id: person['id'], availability: null, activity: null } : person,
            ),
          ),
        ),
        others: { 3: { known: 0, reachable: 0, teamsActivity: '' } },
      },
      {
        ...unnoticed(
          'sends null in place of another person',
          answering(people => people.map((person, index) => (index === 3 ? null : person))),
        ),
        others: { 3: { known: 0, reachable: 0, teamsActivity: '' } },
      },
      {
        ...unnoticed(
          'sends fields and values nobody knows',
          answering(people =>
            people.map((person, index) => ({
              ...person,
              ...(index === 3 && { availability: 'Meditating', activity: 'InASauna' }),
              workLocation: { approximateLocation: 'remote' },
            })),
          ),
        ),
        others: { 3: { rule: 'anything-else', reachable: 0, telStatus: 1, teamsActivity: 'InASauna' } },
      },
      {
        ...failing('answers 429, Retry-After: 2', graph({ status: 429, headers: { 'retry-after': '2' } }), WAITS),
        withinS: 5,
      },
    ],
  },
  {
    rows: [
      {
        fault: 'answers 429, Retry-After: a date ten seconds ahead',
        begin: stack => graph({ status: 429, headers: { 'retry-after': tenSecondsAhead() } })(stack),
        told: 'the last state',
        health: 'degraded',
        named: WAITS,
        withinS: 15,
      },
    ],
  },
  {
    rows: [{ ...failing('answers 429, without Retry-After', graph({ status: 429 }), WAITS), withinS: 15 }],
  },
  {
    rows: [
      failing(
        'rejects the id of everybody with 400',
        ({ tenant: { state } }) => {
          for (const { id } of state.people) state.rejected.add(id);
        },
        /does not take/,
      ),
    ],
  },
  // A token that Graph does not take is replaced at most once a minute.
  {
    rows: [unnoticed('answers 401 to every token given so far, as after a revocation', refusingTokens(401))],
  },
  {
    rows: [
      failing(
        'answers 403 to every token given so far, as before a consent',
        refusingTokens(403),
        /permission|consent/i,
      ),
    ],
  },
  // Looked for person by person, which a request rejected as a whole would put off.
  ...[12, 650].map(people => ({
    people,
    rows: [
      {
        fault: `rejects the id of another person of ${people} with 400`,
        begin: ({ tenant }: FaultStack) => tenant.state.rejected.add(tenant.state.people[5]?.id ?? ''),
        told: 'the call' as const,
        health: 'degraded' as const,
        named: /does not take/,
        others: { 5: { known: 0, reachable: 0 } },
        remembers: 'this person is asked for again after ten minutes',
      },
    ],
  })),
]);
