import { mayReadPresence, READ_PRESENCE } from '../../domain/signIn/permissions.ts';
import { SETUP_GUIDE } from '../../domain/signIn/setupGuide.ts';
import { GraphForbiddenError } from '../../errors/errors.ts';
import type { PeopleProbe } from '../../ports/peopleProbe.ts';
import type { PresenceSource } from '../../ports/presenceSource.ts';
import type { TokenProvider } from '../../ports/tokenProvider.ts';
import { asUser, fault, IS_REMEMBERED, refusedFor } from './refusals.ts';
import { type Check, failed, ok, skipped, warning } from './steps.ts';

interface PermissionCheckDeps {
  readonly tokens: TokenProvider;
  readonly people: PeopleProbe;
  readonly presence: PresenceSource;
  /** Agents are the members of groups, which takes a permission more. */
  readonly readsGroups: boolean;
}

const READ_TIMEOUT_MS = 8_000;
/** Only with groups as AGENT_SOURCE. */
const READ_GROUPS = 'GroupMember.Read.All';
const NO_USER_TOKEN = 'not checked: the user has no token yet';
const UNREADABLE = 'unknown: the token cannot be read';
const CONSENT = 'Add it and click "Grant admin consent".';

/** What the product makes use of, and what Entra adds to every token of a user by itself. */
const USEFUL_SCOPES: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'offline_access',
  'User.Read',
  'Presence.Read.All',
]);
/** What the product makes use of, if it has it. */
const USEFUL_ROLES: ReadonlySet<string> = new Set(['User.Read.All', 'Presence.Read.All', 'Domain.Read.All']);

/** What to do when Graph did not answer as it should. */
function afterAnswer(error: unknown): string {
  return error instanceof GraphForbiddenError ? CONSENT : 'Run the doctor again in a minute.';
}

/** The guide's "Grant Permissions", judged for the sign-in in use by what stands in the tokens. */
export function permissionChecks({ tokens, people, presence, readsGroups }: PermissionCheckDeps): Check[] {
  const usefulRoles = new Set([...USEFUL_ROLES, ...(readsGroups ? [READ_GROUPS] : [])]);
  return [
    {
      id: 'consent',
      title: 'The permissions have admin consent',
      guide: SETUP_GUIDE.permissions,
      needs: ['user'],
      async run(examination) {
        const refusal = refusedFor(examination.user, 'no-consent');
        if (refusal !== undefined) return fault(refusal, `Click "Grant admin consent". ${IS_REMEMBERED}`);
        const { application, user } = examination;
        if (application && !(application instanceof Error))
          examination.applicationPermissions = tokens.permissions(application);
        if (user && !(user instanceof Error)) examination.userPermissions = tokens.permissions(user);
        const granted = [
          ...(examination.userPermissions?.scopes ?? []),
          ...(examination.applicationPermissions?.roles ?? []),
        ];
        if (granted.length > 0) return ok('given');
        if (user instanceof Error) return skipped(NO_USER_TOKEN);
        const isUnread = !examination.applicationPermissions || (asUser(examination) && !examination.userPermissions);
        return isUnread
          ? skipped(UNREADABLE)
          : failed('no permission at all is in the tokens', 'Add the permissions and click "Grant admin consent".');
      },
    },
    {
      id: 'presence-permission',
      title: 'Presence may be read',
      guide: SETUP_GUIDE.permissions,
      needs: ['consent'],
      async run(examination) {
        const { user, userPermissions, applicationPermissions } = examination;
        if (asUser(examination) && user instanceof Error) return skipped(NO_USER_TOKEN);
        if ((asUser(examination) ? userPermissions : applicationPermissions) === undefined) return skipped(UNREADABLE);
        const kind = asUser(examination) ? 'delegated' : 'application';
        const role = applicationPermissions?.roles.find(granted => READ_PRESENCE.has(granted));
        const granted = asUser(examination)
          ? userPermissions?.scopes.find(scope => scope === 'Presence.Read.All')
          : role;
        if (granted !== undefined) return ok(`${granted} (${kind})`);
        return failed(`Presence.Read.All (${kind}) is not in the token`, CONSENT);
      },
    },
    {
      id: 'lookup-permission',
      title: 'People may be looked up',
      guide: SETUP_GUIDE.permissions,
      needs: ['consent'],
      async run({ applicationPermissions }) {
        if (applicationPermissions === undefined) return skipped(UNREADABLE);
        const needed = ['User.Read.All', ...(readsGroups ? [READ_GROUPS] : [])];
        const missing = needed.filter(role => !applicationPermissions.roles.includes(role));
        if (missing.length === 0) return ok(`${needed.join(', ')} (application)`);
        return failed(`${missing.join(', ')} (application) is not in the token`, CONSENT);
      },
    },
    {
      id: 'other-permission',
      title: 'The other way of reading presence',
      guide: SETUP_GUIDE.permissions,
      needs: ['consent'],
      async run(examination) {
        const { applicationPermissions } = examination;
        if (!asUser(examination)) return skipped('not needed: Presence.Read.All (delegated)');
        if (applicationPermissions && mayReadPresence(applicationPermissions)) {
          return ok('the application stands in when the user is refused');
        }
        return skipped(
          'not needed: Presence.Read.All (application); with it the application would stand in for the user',
        );
      },
    },
    {
      id: 'surplus-permissions',
      title: 'There is no permission more than needed',
      guide: SETUP_GUIDE.permissions,
      needs: ['consent'],
      async run(examination) {
        const { userPermissions, applicationPermissions } = examination;
        const scopes = userPermissions?.scopes.filter(scope => !USEFUL_SCOPES.has(scope)) ?? [];
        const roles = applicationPermissions?.roles.filter(role => !usefulRoles.has(role)) ?? [];
        const surplus = [...scopes.map(name => `${name} (delegated)`), ...roles.map(name => `${name} (application)`)];
        if (surplus.length === 0) return ok('none');
        const only = !applicationPermissions?.roles.includes('Presence.Read.All');
        const first =
          only && roles.includes('Presence.ReadWrite.All')
            ? 'First grant Presence.Read.All (application), then remove them.'
            : 'Remove them.';
        return warning(`more than needed: ${surplus.join(', ')}`, first);
      },
    },
    {
      id: 'lookup',
      title: 'A person can be looked up',
      guide: SETUP_GUIDE.permissions,
      needs: ['lookup-permission'],
      async run(examination) {
        const { application } = examination;
        if (application === undefined || application instanceof Error) return skipped('not checked: there is no token');
        try {
          examination.someone = await people.sampleUserIds(application);
          return ok('the directory answers');
        } catch (error) {
          return fault(error, afterAnswer(error));
        }
      },
    },
    {
      id: 'presence',
      title: 'A presence can be read',
      guide: SETUP_GUIDE.permissions,
      needs: ['presence-permission', 'lookup'],
      async run(examination) {
        const { someone, application, user } = examination;
        const token = asUser(examination) ? user : application;
        if (token === undefined || token instanceof Error) {
          return skipped(asUser(examination) ? NO_USER_TOKEN : 'not checked: there is no token');
        }
        if (someone === undefined || someone.length === 0) {
          return skipped('not checked: there is nobody to read');
        }
        try {
          const { presences } = await presence.read(someone, token, AbortSignal.timeout(READ_TIMEOUT_MS));
          if (presences.size > 0) return ok('Teams answers');
          return failed(
            'Teams answers, but shows nobody',
            'See in the Microsoft 365 admin center that people have a Teams licence.',
          );
        } catch (error) {
          return fault(error, afterAnswer(error));
        }
      },
    },
  ];
}
