import { randomUUID } from 'node:crypto';
import type { Presence, User } from '@microsoft/microsoft-graph-types';
import { type Context, Hono } from 'hono';
import { GUID } from '../../shared/lib/guid.ts';
import type { Person } from './people.ts';
import type { TenantState } from './state.ts';
import type { TokenClaims, TokenIssuer } from './tokenIssuer.ts';

const MAX_PRESENCES = 650;
const MAX_CLAUSES = 15;
const MAX_BATCH = 20;

// Of its own, as Microsoft documents them: a simulation that shares them would repeat a mistake.
const READ_PRESENCE = ['Presence.Read.All', 'Presence.ReadWrite.All'];
const READ_USERS = ['User.Read.All'];
const READ_MEMBERS = ['GroupMember.Read.All', 'Directory.Read.All'];
const READ_DOMAINS = ['Domain.Read.All'];

type Variables = { Variables: { claims: TokenClaims } };
type GraphContext = Context<Variables>;
type Status = 400 | 401 | 403 | 404;

interface Clause {
  readonly field: string;
  readonly values: readonly string[];
}

function failed(context: Context, status: Status, code: string, message: string) {
  const innerError = { date: new Date().toISOString(), 'request-id': context.res.headers.get('request-id') ?? '' };
  return context.json({ error: { code, message, innerError } }, status);
}

function permits(context: GraphContext, wanted: readonly string[]): boolean {
  const { scp = '', roles = [] } = context.get('claims');
  return wanted.some(permission => scp.split(' ').includes(permission) || roles.includes(permission));
}

/** `field in ('a','b')`, `field eq 'a' or field eq 'b'`, the same for proxyAddresses; undefined for anything else. */
function parseFilter(filter: string): Clause | undefined {
  const literals = (text: string) =>
    [...text.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => value.replaceAll("''", "'"));
  const list = /^(id|userPrincipalName|mail)\s+in\s+\((.*)\)$/s.exec(filter);
  const single = /^(id|userPrincipalName|mail)\s+eq\s/.exec(filter)?.[1];
  const any = /^proxyAddresses\/any\(p:p eq '/.test(filter) ? 'proxyAddresses' : undefined;
  const field = list?.[1] ?? single ?? any;
  if (field === undefined) return undefined;
  const values = literals(list?.[2] ?? filter);
  return values.length > MAX_CLAUSES ? undefined : { field, values };
}

function toUser(person: Person): User {
  const { id, userPrincipalName, mail, displayName, accountEnabled, userType, number, mobile, aliases } = person;
  const proxyAddresses = [`SMTP:${mail}`, ...aliases.map(alias => `smtp:${alias}`), `SIP:${userPrincipalName}`];
  const businessPhones = number === '' ? [] : [number];
  const mobilePhone = mobile || null;
  return {
    id,
    userPrincipalName,
    mail,
    proxyAddresses,
    displayName,
    accountEnabled,
    userType,
    businessPhones,
    mobilePhone,
  };
}

/** Microsoft Graph: what the connector reads. A call that would set a presence is counted and refused. */
export function graphService(state: TenantState, tokens: TokenIssuer, origin: () => string): Hono<Variables> {
  function findAll({ field, values }: Clause): Person[] {
    if (field === 'id') return values.flatMap(value => state.person(value) ?? []);
    if (field === 'proxyAddresses') {
      return values.flatMap(value => state.addressed(value.replace(/^smtp:/i, ''), ['mail', 'aliases']));
    }
    const wanted = field === 'mail' ? 'mail' : 'userPrincipalName';
    return values.flatMap(value => state.addressed(value, [wanted]));
  }

  function toPresence(id: string): Presence {
    const { availability, activity, outOfOffice = false } = state.shown(id);
    return {
      id,
      availability,
      activity,
      statusMessage: null,
      outOfOfficeSettings: { message: null, isOutOfOffice: outOfOffice },
      sequenceNumber: state.sequence(),
    };
  }

  async function presences(context: GraphContext) {
    state.count('graph.presences');
    if (!permits(context, READ_PRESENCE)) return failed(context, 403, 'Forbidden', 'Insufficient privileges.');
    const body = (await context.req.json().catch(() => undefined)) as { ids?: unknown } | undefined;
    const ids = Array.isArray(body?.ids) ? body.ids.map(String) : [];
    const bad =
      ids.length === 0 || ids.length > MAX_PRESENCES || ids.some(id => !GUID.test(id) || state.rejected.has(id));
    if (bad) return failed(context, 400, 'BadRequest', 'Bad Request.');
    const known = ids.filter(id => state.person(id) !== undefined && !state.leftOut.has(id));
    // Graph promises no order; the reverse shows who relies on one.
    const value = known.reverse().map(id => toPresence(id.toLowerCase()));
    return context.json({ '@odata.context': `${origin()}/v1.0/$metadata#Collection(presence)`, value });
  }

  function users(context: GraphContext) {
    state.count('graph.users');
    if (!permits(context, READ_USERS))
      return failed(context, 403, 'Authorization_RequestDenied', 'Insufficient privileges.');
    const filter = context.req.query('$filter');
    const clause = filter === undefined ? undefined : parseFilter(filter);
    if (filter !== undefined && clause === undefined) {
      return failed(context, 400, 'Request_UnsupportedQuery', 'Too many child clauses specified in filter.');
    }
    return page(context, clause === undefined ? state.people : findAll(clause));
  }

  /** People of the group and of the groups within it. */
  function transitiveMembers(groupId: string, seen = new Set<string>()): Person[] {
    const group = state.groups.find(({ id }) => id === groupId.toLowerCase());
    if (group === undefined || seen.has(group.id)) return [];
    seen.add(group.id);
    const own = [...group.memberIds].flatMap(id => state.person(id) ?? []);
    return [...own, ...[...group.groupIds].flatMap(id => transitiveMembers(id, seen))];
  }

  function members(context: GraphContext) {
    state.count('graph.members');
    const groupId = context.req.param('group') ?? '';
    if (!permits(context, READ_MEMBERS) || !permits(context, READ_USERS))
      return failed(context, 403, 'Authorization_RequestDenied', 'Insufficient privileges.');
    if (!state.groups.some(({ id }) => id === groupId.toLowerCase()))
      return failed(context, 404, 'Request_ResourceNotFound', 'Resource does not exist.');
    // A cast within a collection is an advanced query.
    if (context.req.header('consistencylevel') !== 'eventual' || context.req.query('$count') !== 'true')
      return failed(context, 400, 'Request_UnsupportedQuery', 'The query needs ConsistencyLevel and $count.');
    return page(context, [...new Set(transitiveMembers(groupId))]);
  }

  function page(context: GraphContext, all: readonly Person[]) {
    const top = Math.min(Number(context.req.query('$top') ?? 100) || 100, 999);
    const skip = Number(context.req.query('$skiptoken') ?? 0);
    const value = all.slice(skip, skip + top).map(toUser);
    const url = new URL(context.req.url);
    url.searchParams.set('$skiptoken', String(skip + top));
    const next = skip + top < all.length ? { '@odata.nextLink': `${origin()}${url.pathname}${url.search}` } : {};
    const count = context.req.query('$count') === 'true' && skip === 0 ? { '@odata.count': all.length } : {};
    return context.json({ '@odata.context': `${origin()}/v1.0/$metadata#users`, ...count, ...next, value });
  }

  function user(context: GraphContext) {
    state.count('graph.user');
    if (!permits(context, READ_USERS))
      return failed(context, 403, 'Authorization_RequestDenied', 'Insufficient privileges.');
    const key = context.req.param('key') ?? '';
    const { email, passwordPolicies, lastPasswordChange } = state.serviceUser;
    if (key.toLowerCase() === email) {
      const lastPasswordChangeDateTime = new Date(lastPasswordChange).toISOString();
      return context.json({ userPrincipalName: email, passwordPolicies, lastPasswordChangeDateTime });
    }
    const person = state.person(key) ?? state.addressed(key, ['userPrincipalName'])[0];
    if (person === undefined) return failed(context, 404, 'Request_ResourceNotFound', 'Resource does not exist.');
    return context.json({ '@odata.context': `${origin()}/v1.0/$metadata#users/$entity`, ...toUser(person) });
  }

  function domain(context: GraphContext) {
    state.count('graph.domain');
    if (!permits(context, READ_DOMAINS))
      return failed(context, 403, 'Authorization_RequestDenied', 'Insufficient privileges.');
    return context.json({
      id: context.req.param('name'),
      passwordValidityPeriodInDays: state.passwordPeriodDays ?? null,
    });
  }

  async function batch(context: GraphContext): Promise<Response> {
    state.count('graph.batch');
    const body = (await context.req.json().catch(() => ({}))) as {
      requests?: { id: string; method: string; url: string }[];
    };
    const requests = body.requests ?? [];
    if (requests.length === 0 || requests.length > MAX_BATCH) {
      return failed(
        context,
        400,
        'BadRequest',
        `Number of batch request steps exceeds the maximum value of ${MAX_BATCH}.`,
      );
    }
    const headers = { authorization: context.req.header('authorization') ?? '' };
    const responses = await Promise.all(
      requests.map(async ({ id, method, url }) => {
        const answer = await service.request(`/v1.0${url}`, { method, headers });
        return {
          id,
          status: answer.status,
          headers: { 'Content-Type': 'application/json' },
          body: await answer.json(),
        };
      }),
    );
    return context.json({ responses: responses.reverse() });
  }

  const service: Hono<Variables> = new Hono<Variables>()
    .use('/v1.0/*', async (context, next) => {
      context.header('request-id', randomUUID());
      context.header('client-request-id', context.req.header('client-request-id') ?? '');
      const token = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
      const claims = await tokens.verify(token, origin());
      if (claims === undefined) {
        return failed(context, 401, 'InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.');
      }
      const refused = state.refusedTokens.get(token);
      if (refused === 401) return failed(context, 401, 'InvalidAuthenticationToken', 'The token is revoked.');
      if (refused === 403) return failed(context, 403, 'Forbidden', 'The token lacks a permission.');
      context.set('claims', claims);
      return next();
    })
    .post('/v1.0/communications/getPresencesByUserId', presences)
    .get('/v1.0/users', users)
    .get('/v1.0/users/:key', user)
    .get('/v1.0/groups/:group/transitiveMembers/microsoft.graph.user', members)
    .get('/v1.0/domains/:name', domain)
    .post('/v1.0/$batch', batch)
    .post('/v1.0/users/:key/presence/:action', context => {
      state.count('graph.write');
      return failed(context, 403, 'Forbidden', 'Nothing may write presence here.');
    });
  return service;
}
