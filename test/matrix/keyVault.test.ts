import { setTimeout } from 'node:timers/promises';
import type { Fault, TenantState } from '../../local/tenant/state.ts';
import { VAULT_HOST } from '../../local/tenant/tenant.ts';
import {
  endsAtOnce,
  type FaultRow,
  type FaultStack,
  faultRows,
  signsInEachTime,
  VALUES_AGE_MS,
} from '../support/faultRows.ts';

const vault =
  (fault: Omit<Fault, 'service'>): FaultRow['begin'] =>
  async ({ tenant }) => {
    tenant.state.faults = [{ service: 'vault', ...fault }];
    await setTimeout(VALUES_AGE_MS);
  };

const PASSWORD = 'teams-user-password';

const FAULTS: readonly (readonly [string, FaultRow['begin'], FaultRow['end']?])[] = [
  ...[401, 403, 404, 429, 500, 503].map(status => [`answers ${status}`, vault({ status })] as const),
  ['answers 200 with a page', vault({ status: 200, body: '<html><body>Sign in</body></html>' })],
  ['sends JSON that ends in the middle', vault({ status: 200, body: '{"value":"' })],
  ['leaves the value out', vault({ status: 200, body: `{"id":"https://${VAULT_HOST}/secrets/${PASSWORD}/1"}` })],
  ['closes every connection', vault({ status: 0 })],
  ['closes the connection in the middle of its answer', vault({ status: 200, body: '{"value":"', cuts: true })],
  [
    'has one secret disabled',
    async ({ tenant }) => {
      const secret = tenant.state.secrets.get(PASSWORD);
      if (secret !== undefined) secret.enabled = false;
      await setTimeout(VALUES_AGE_MS);
    },
    ({ tenant }) => {
      const secret = tenant.state.secrets.get(PASSWORD);
      if (secret !== undefined) secret.enabled = true;
    },
  ],
  [
    'has lost one secret',
    async ({ tenant }) => {
      tenant.state.secrets.delete(PASSWORD);
      await setTimeout(VALUES_AGE_MS);
    },
    ({ tenant }) => tenant.state.storeSecret(PASSWORD, tenant.state.serviceUser.password),
  ],
];

/** The half minute begins when the vault has been waited for. */
const HANGING: typeof FAULTS = [
  ['stops in the middle of its answer', vault({ status: 200, body: '{"value":"', stalls: true })],
  ['never answers', vault({ delayMs: 600_000 })],
];

const askedLater =
  (forgetsWithinS: number) =>
  ([fault, begin, end]: (typeof FAULTS)[number]) => ({
    rows: [
      {
        fault,
        begin,
        told: 'the call' as const,
        health: 'degraded' as const,
        remembers: 'asked again after half a minute',
        forgetsWithinS,
        ...(end && { end }),
      },
    ],
  });

faultRows('Key Vault', [
  ...FAULTS.map(askedLater(35)),
  ...HANGING.map(askedLater(45)),
  {
    rows: [
      {
        fault: 'holds a newer password, which is the only one that Entra takes',
        begin: async ({ tenant }) => {
          tenant.state.serviceUser.password = 'a newer one';
          tenant.state.storeSecret(PASSWORD, 'a newer one');
          await setTimeout(VALUES_AGE_MS);
        },
        told: 'the call',
        health: 'ok',
      },
    ],
  },
  {
    rows: [
      {
        fault: 'holds a client secret that has ended by its date, and that Entra still takes',
        begin: async ({ tenant: { state } }) => {
          state.storeSecret('teams-client-secret', state.clientSecret.value, Date.now() - 60_000);
          await setTimeout(VALUES_AGE_MS);
        },
        end: ({ tenant: { state } }) =>
          state.storeSecret('teams-client-secret', state.clientSecret.value, Date.now() + 180 * 86_400_000),
        told: 'the call',
        health: 'degraded',
        named: /secret/,
      },
    ],
  },
  ...[
    ['answers 403, when the token has ended', { status: 403 }],
    ['never answers, when the token has ended', { delayMs: 600_000 }],
  ].map(([fault, how]) => ({
    prepare: signsInEachTime,
    rows: [
      {
        fault: fault as string,
        begin: vault(how as Omit<Fault, 'service'>),
        told: 'the call' as const,
        health: 'degraded' as const,
        remembers: 'asked again after half a minute',
        forgetsWithinS: 45,
      },
    ],
  })),
  ...(
    [
      ['cannot be asked, because the identity is not assigned to the app', { status: 400 }, /managed identity/],
      ['cannot be asked, because the managed identity gets no token', { status: 500 }, /Key Vault/],
    ] as const
  ).map(([fault, how, named]) => ({
    prepare: (state: TenantState) => {
      state.identityLifetimeSeconds = 1;
    },
    rows: [
      {
        fault,
        begin: async ({ tenant }: FaultStack) => {
          tenant.state.faults = [{ service: 'identity', ...how }];
          await setTimeout(VALUES_AGE_MS);
        },
        told: 'the call' as const,
        health: 'degraded' as const,
        named,
        remembers: 'asked again after half a minute',
        forgetsWithinS: 45,
      },
    ],
  })),
  {
    prepare: endsAtOnce,
    rows: [
      {
        fault: 'has the password rotated between its reading and the sign-in with it',
        begin: async ({ tenant }) => {
          const { state } = tenant;
          await setTimeout(VALUES_AGE_MS);
          const rotate = () => {
            state.serviceUser.password = 'rotated';
            state.storeSecret(PASSWORD, 'rotated');
          };
          state.faults = [{ service: 'entra', path: '/token', times: 1, hit: rotate }];
        },
        told: 'the call',
        health: 'ok',
      },
    ],
  },
]);
