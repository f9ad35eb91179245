import { setTimeout } from 'node:timers/promises';
import type { Fault, TenantState } from '../../local/tenant/state.ts';
import { LASTING } from '../support/faultAnswers.ts';
import {
  endsAtOnce,
  type FaultRow,
  type FaultStack,
  faultRows,
  signsInEachTime,
  TOKEN_LIFETIME_MS,
} from '../support/faultRows.ts';

/** A token is renewed five minutes before it ends: each poll renews this one, and it serves meanwhile. */
const renewedAlways = (state: TenantState) => {
  state.tokenLifetimeSeconds = 299;
};
const entra =
  (fault: Omit<Fault, 'service'>): FaultRow['begin'] =>
  ({ tenant }) => {
    tenant.state.faults = [{ service: 'entra', path: '/token', ...fault }];
  };

const inAnHour = () => new Date(Date.now() + 3_600_000).toUTCString();
const PAGE = { headers: { 'content-type': 'text/html' }, body: '<html><body>Service Unavailable</body></html>' };
const FAULTS: readonly (readonly [string, FaultRow['begin']])[] = [
  ['answers 429, Retry-After: 1', entra({ status: 429, headers: { 'retry-after': '1' } })],
  ['answers 500', entra({ status: 500 })],
  ['answers 503 with a page', entra({ status: 503, ...PAGE })],
  ['answers 200 with a page', entra({ status: 200, ...PAGE })],
  ['answers 504', entra({ status: 504 })],
  ['sends JSON that ends in the middle', entra({ status: 200, body: '{"access_token":"' })],
  ['never answers', entra({ delayMs: 600_000 })],
  ['closes every connection', entra({ status: 0 })],
  ['closes the connection in the middle of its answer', entra({ status: 200, body: '{"access_token":"', cuts: true })],
];

/** The secret has ended, in Entra and by what the vault says of it. */
const endedSecret: FaultRow['begin'] = ({ tenant }) => {
  const ended = Date.now() - 60_000;
  const { state } = tenant;
  state.clientSecret.expiresAt = ended;
  state.storeSecret('teams-client-secret', state.clientSecret.value, ended);
};
const renewSecret: FaultRow['begin'] = ({ tenant }) => {
  const { state } = tenant;
  state.clientSecret.expiresAt = Date.now() + 365 * 86_400_000;
  state.storeSecret('teams-client-secret', state.clientSecret.value, state.clientSecret.expiresAt);
};

const REFUSALS = [
  [50126, 'this password is not sent again'],
  [50076, 'tried again after an hour, or when a password is stored anew'],
] as const;

const HALF_A_MINUTE = { remembers: 'renewed again after half a minute', forgetsWithinS: 35 };
const A_MINUTE = { remembers: 'renewed again after a minute', forgetsWithinS: 95 };

const OF_APPLICATION: readonly (readonly [string, Omit<Fault, 'service'>])[] = [
  ...[401, 403, 404, 409, 500, 502, 503, 504].map(status => [`answers ${status}`, { status }] as const),
  ['answers 429, Retry-After: 0.5', { status: 429, headers: { 'retry-after': '0.5' } }],
  ['answers 429, Retry-After: a date an hour ahead', { status: 429, headers: { 'retry-after': inAnHour() } }],
  ['answers 429, without Retry-After', { status: 429 }],
  ['sends JSON without a token', { status: 200, body: '{"token_type":"Bearer"}' }],
  ['sends its answer a character at a time', { status: 200, body: `{"a":"${' '.repeat(1_000)}"}`, dribbles: true }],
  ['stops in the middle of its answer', { status: 200, body: '{"access_token":"', stalls: true }],
  ['closes the connection in the middle of its answer', { status: 200, body: '{"access_token":"', cuts: true }],
];

const endedToken =
  (how: Omit<Fault, 'service'>): FaultRow['begin'] =>
  async stack => {
    await setTimeout(TOKEN_LIFETIME_MS);
    return entra(how)(stack);
  };

faultRows('Entra', [
  {
    settings: LASTING,
    prepare: signsInEachTime,
    rows: [
      {
        fault: 'answers 503 for as long as it takes, when the token has ended',
        begin: endedToken({ status: 503 }),
        told: 'the last state',
        health: 'degraded',
        lasts: true,
      },
    ],
  },
  {
    prepare: signsInEachTime,
    rows: OF_APPLICATION.map(([fault, how]) => ({
      fault: `${fault}, to the application, when the token has ended`,
      begin: endedToken(how),
      told: 'the last state' as const,
      health: 'degraded' as const,
      named: /Entra/,
    })),
  },
  {
    prepare: renewedAlways,
    rows: [
      {
        fault: 'refuses a client secret that has ended, while a token serves',
        begin: endedSecret,
        end: renewSecret,
        told: 'the call',
        health: 'degraded',
        named: /7000222/,
        withinS: 5,
      },
    ],
  },
  {
    prepare: endsAtOnce,
    rows: [
      {
        fault: 'refuses a client secret that has ended, when the token has ended',
        begin: async stack => {
          await setTimeout(TOKEN_LIFETIME_MS);
          return endedSecret(stack);
        },
        end: renewSecret,
        told: 'the last state',
        health: 'degraded',
        named: /7000222/,
        withinS: 5,
      },
    ],
  },
  ...REFUSALS.map(([refusal, remembers]) => ({
    prepare: renewedAlways,
    rows: [
      {
        fault: `refuses the user with AADSTS${refusal}, while a token serves`,
        begin: ({ tenant }: FaultStack) => {
          tenant.state.serviceUser.refuse = refusal;
        },
        told: 'the call' as const,
        health: 'degraded' as const,
        named: new RegExp(`${refusal}`),
        remembers,
      },
    ],
  })),
  ...FAULTS.map(([fault, begin]) => ({
    prepare: renewedAlways,
    rows: [
      {
        fault: `${fault}, while a token serves`,
        begin,
        told: 'the call' as const,
        health: 'degraded' as const,
        // Whether the password was looked at is known of a 429 alone.
        ...(fault.includes('429') ? HALF_A_MINUTE : A_MINUTE),
      },
    ],
  })),
  ...FAULTS.map(([fault, begin]) => ({
    prepare: endsAtOnce,
    rows: [
      {
        fault: `${fault}, when the token has ended`,
        begin: async (stack: FaultStack) => {
          await setTimeout(TOKEN_LIFETIME_MS);
          return begin(stack);
        },
        told: 'the last state' as const,
        health: 'degraded' as const,
        withinS: 65,
      },
    ],
  })),
]);
