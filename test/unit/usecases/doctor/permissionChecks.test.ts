import { expect, test } from 'vitest';
import type { Credentials } from '../../../../shared/domain/signIn/credentials.ts';
import type { Permissions } from '../../../../shared/domain/signIn/permissions.ts';
import { GraphForbiddenError } from '../../../../shared/errors/errors.ts';
import { permissionChecks } from '../../../../shared/usecases/doctor/permissionChecks.ts';
import { examine } from '../../../../shared/usecases/doctor/steps.ts';
import { guid, presence } from '../../../support/builders.ts';
import { tokens } from '../../../support/world.ts';

interface Case {
  readonly user?: Permissions | undefined;
  readonly application?: Permissions | undefined;
  readonly readsGroups?: boolean;
  readonly shown?: number;
  readonly lookUp?: Error;
}

const token = (mode: 'delegated' | 'app-only') => ({ value: mode, mode });

/** What each step finds, by its id; with `user` the connector signs in as the user. */
async function found({ user, application, readsGroups = false, shown = 1, lookUp }: Case) {
  const checks = permissionChecks({
    tokens: { ...tokens, permissions: ({ mode }) => (mode === 'delegated' ? user : application) },
    people: { sampleUserIds: async () => (lookUp === undefined ? [guid(1)] : Promise.reject(lookUp)) },
    presence: {
      read: async ids => ({
        presences: new Map(ids.slice(0, shown).map(id => [id, presence('Away')])),
        requestId: 'x',
      }),
    },
    readsGroups,
  });
  const signedIn = {
    id: 'user',
    title: 'Signed in',
    guide: '',
    needs: [],
    async run(examination: Parameters<(typeof checks)[number]['run']>[0]) {
      examination.credentials = { user: user && { email: 'a@contoso.com', password: 'p' } } as Credentials;
      examination.application = token('app-only');
      if (user !== undefined) examination.user = token('delegated');
      return { status: 'ok' as const, seen: '', todo: '' };
    },
  };
  const steps = await examine([signedIn, ...checks], () => undefined);
  return Object.fromEntries(steps.map(step => [step.id, step]));
}

const AS_USER = {
  user: { scopes: ['Presence.Read.All'], roles: [] },
  application: { scopes: [], roles: ['User.Read.All'] },
};
const AS_APPLICATION = { application: { scopes: [], roles: ['User.Read.All', 'Presence.Read.All'] } };

test.each([AS_USER, AS_APPLICATION])('what the guide grants is enough, case %#', async granted => {
  const steps = await found(granted);
  const failures = Object.values(steps).filter(({ status }) => status === 'failed' || status === 'warning');
  expect(failures).toEqual([]);
  expect(steps['presence']).toMatchObject({ status: 'ok', seen: 'Teams answers' });
});

test.each([
  ['consent', { user: { scopes: [], roles: [] }, application: { scopes: [], roles: [] } }],
  ['presence-permission', { ...AS_USER, user: { scopes: ['User.Read'], roles: [] } }],
  ['presence-permission', { application: { scopes: [], roles: ['User.Read.All'] } }],
  ['lookup-permission', { application: { scopes: [], roles: ['Presence.Read.All'] } }],
  ['lookup-permission', { ...AS_APPLICATION, readsGroups: true }],
  ['lookup', { ...AS_USER, lookUp: new GraphForbiddenError('Not allowed.') }],
  ['presence', { ...AS_USER, shown: 0 }],
] as const)('%s fails where it is missing, case %#', async (id, given) => {
  expect((await found(given))[id]).toMatchObject({ status: 'failed', guide: 'Grant Permissions' });
});

test('more than needed is named, with what to grant first', async () => {
  const { 'surplus-permissions': surplus } = await found({
    application: { scopes: [], roles: ['User.Read.All', 'Presence.ReadWrite.All', 'Mail.Read'] },
  });
  expect(surplus?.seen).toBe('more than needed: Presence.ReadWrite.All (application), Mail.Read (application)');
  expect(surplus?.todo).toContain('First grant Presence.Read.All');
});

test('a token that nobody can read makes no step fail', async () => {
  const steps = Object.values(await found({ application: undefined }));
  expect(steps.filter(({ status }) => status === 'failed')).toEqual([]);
});
