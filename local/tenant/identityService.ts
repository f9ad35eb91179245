import { Hono } from 'hono';
import type { TenantState } from './state.ts';
import type { TokenIssuer } from './tokenIssuer.ts';

/** The managed-identity endpoint of App Service. With a user-assigned identity only, a wrong client id is 400. */
export function identityService(state: TenantState, tokens: TokenIssuer): Hono {
  return new Hono().get('/msi/token', async context => {
    state.count('identity.token');
    const { resource = '', client_id = '' } = context.req.query();
    if (context.req.header('x-identity-header') !== state.identitySecret) {
      return context.json({ statusCode: 401, message: 'The identity header is missing or wrong.' }, 401);
    }
    if (client_id !== state.identityClientId) {
      return context.json({ statusCode: 400, message: 'No User Assigned or Delegated Managed Identity found.' }, 400);
    }
    const lifetime = state.identityLifetimeSeconds;
    const audience = resource.replace(/\/$/, '');
    const expires = Math.floor(state.options.clock() / 1000) + lifetime;
    const access_token = await tokens.issue(audience, { oid: state.identityClientId }, lifetime);
    return context.json({ access_token, expires_on: String(expires), resource, token_type: 'Bearer', client_id });
  });
}
