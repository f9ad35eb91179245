import { randomUUID, X509Certificate } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { TenantState } from './state.ts';
import type { TokenIssuer } from './tokenIssuer.ts';

/** The OAuth error and the words Entra sends with an AADSTS code. */
const ERRORS: Readonly<Record<number, readonly [error: string, words: string, suberror?: string]>> = {
  50034: ['invalid_grant', 'The user account does not exist in the directory.'],
  50053: ['invalid_grant', "You've tried to sign in too many times with an incorrect user ID or password."],
  50055: ['invalid_grant', 'The password is expired.', 'user_password_expired'],
  50056: ['invalid_grant', 'Invalid or null password.'],
  50057: ['invalid_grant', 'The user account is disabled.'],
  50076: ['invalid_grant', 'You must use multi-factor authentication.', 'basic_action'],
  50079: ['invalid_grant', 'You must enroll in multi-factor authentication.', 'basic_action'],
  50126: ['invalid_grant', 'Error validating credentials due to invalid username or password.'],
  50144: ['invalid_grant', "The user's Active Directory password has expired.", 'user_password_expired'],
  50196: ['invalid_grant', 'The server terminated an operation because it encountered a client request loop.'],
  53003: ['invalid_grant', 'Access has been blocked by Conditional Access policies.'],
  530035: ['invalid_grant', 'Access has been blocked by security defaults.'],
  65001: ['invalid_grant', 'The user or administrator has not consented to use the application.', 'consent_required'],
  70003: ['unsupported_grant_type', 'The app requested an unsupported grant type.'],
  700016: ['unauthorized_client', 'Application was not found in the directory.'],
  700027: ['invalid_client', 'Client assertion failed signature validation.'],
  7000112: ['unauthorized_client', 'Application is disabled.'],
  700213: ['invalid_client', 'No matching federated identity record found for presented assertion subject.'],
  700229: ['invalid_client', 'Only app-only tokens can be used as Federated Identity Credentials.'],
  7000215: ['invalid_client', 'Invalid client secret provided.'],
  7000218: ['invalid_client', "The request body must contain: 'client_assertion' or 'client_secret'."],
  7000222: ['invalid_client', 'The provided client secret keys are expired.'],
  90002: ['invalid_request', 'Tenant not found.'],
  90033: ['temporarily_unavailable', 'A transient error has occurred. Please try again.'],
  90055: ['temporarily_unavailable', 'TenantThrottlingError.'],
  9001023: ['invalid_request', 'The grant type is not supported over the /common or /consumers endpoints.'],
};

const STATUS: Readonly<Record<string, 401 | 503>> = { invalid_client: 401, temporarily_unavailable: 503 };
const EXCHANGE_AUDIENCE = 'api://AzureADTokenExchange';
/** Wrong passwords that lock an account (learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout). */
const LOCKED_AFTER = 10;

type Form = Readonly<Record<string, string>>;

/** Entra ID: discovery and the token endpoint, for the password and the client credentials grant. */
export function entraService(state: TenantState, tokens: TokenIssuer, origin: () => string): Hono {
  function refused(context: Context, aadsts: number) {
    const [error, words, suberror] = ERRORS[aadsts] ?? ['invalid_grant', 'The sign-in was refused.'];
    const ids = { trace_id: randomUUID(), correlation_id: randomUUID() };
    const timestamp = `${new Date(state.options.clock()).toISOString().slice(0, 19).replace('T', ' ')}Z`;
    const trail = `Trace ID: ${ids.trace_id} Correlation ID: ${ids.correlation_id} Timestamp: ${timestamp}`;
    const body = {
      error,
      error_description: `AADSTS${aadsts}: ${words} ${trail}`,
      error_codes: [aadsts],
      timestamp,
      ...ids,
      error_uri: `${origin()}/error?code=${aadsts}`,
      ...(suberror && { suberror }),
    };
    return context.json(body, STATUS[error] ?? 400);
  }

  /** A proof that is no secret: an assertion signed with the registered certificate, or a token of the identity. */
  async function assertionFault(assertion: string): Promise<number> {
    const { certificate, federatedSubject } = state.registration;
    const thumbprint = decodeProtectedHeader(assertion)['x5t#S256'];
    if (thumbprint === undefined) {
      const claims = await tokens.verify(assertion, EXCHANGE_AUDIENCE);
      return federatedSubject !== '' && claims?.['oid'] === federatedSubject ? 0 : 700213;
    }
    try {
      const registered = new X509Certificate(certificate);
      const expected = Buffer.from(registered.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
      if (thumbprint !== expected) return 700027;
      const key = registered.publicKey;
      await jwtVerify(assertion, key, {
        issuer: state.clientId,
        subject: state.clientId,
        audience: `${origin()}/${state.tenantId}/oauth2/v2.0/token`,
        algorithms: ['PS256'],
        // MSAL rounds the time up; Entra allows clocks to differ by five minutes.
        clockTolerance: 300,
      });
      return 0;
    } catch {
      return 700027;
    }
  }

  /** Why the application may not ask for a token; 0 when it may. */
  async function clientFault(form: Form): Promise<number> {
    const { client_id: id, client_secret: secret, client_assertion: assertion } = form;
    if (id !== state.clientId) return 700016;
    if (state.registration.refuse !== 0) return state.registration.refuse;
    if (assertion !== undefined) {
      state.confidential.add(assertion);
      return assertionFault(assertion);
    }
    if (secret === undefined) return 7000218;
    if (secret !== state.clientSecret.value) return 7000215;
    return state.options.clock() >= state.clientSecret.expiresAt ? 7000222 : 0;
  }

  function userFault(form: Form): number {
    const user = state.serviceUser;
    if (form['username']?.toLowerCase() !== user.email) return 50034;
    if (user.wrongPasswords >= LOCKED_AFTER) return 50053;
    if (form['password'] !== user.password) {
      user.wrongPasswords += 1;
      return 50126;
    }
    user.wrongPasswords = 0;
    if (user.refuse !== 0) return user.refuse;
    return state.delegatedPermissions.length === 0 ? 65001 : 0;
  }

  async function granted(context: Context, audience: string, kind: 'user' | 'app') {
    const scope = state.delegatedPermissions.join(' ');
    const claims =
      kind === 'user' ? { scp: scope, upn: state.serviceUser.email } : { roles: state.applicationPermissions };
    const lifetime = state.tokenLifetimeSeconds;
    const access_token = await tokens.issue(audience, { ...claims, oid: randomUUID(), ver: '1.0' }, lifetime);
    return context.json({
      token_type: 'Bearer',
      ...(kind === 'user' && { scope }),
      expires_in: lifetime,
      ext_expires_in: lifetime,
      access_token,
    });
  }

  return new Hono()
    .get('/:tenant/v2.0/.well-known/openid-configuration', context => {
      if (context.req.param('tenant') !== state.tenantId) return refused(context, 90002);
      const base = `${origin()}/${state.tenantId}`;
      return context.json({
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256'],
        tenant_region_scope: 'EU',
      });
    })
    .post('/:tenant/oauth2/v2.0/token', async context => {
      if (context.req.param('tenant') !== state.tenantId) return refused(context, 90002);
      const form = (await context.req.parseBody()) as Form;
      const grant = form['grant_type'] ?? '';
      state.count(`entra.${grant}`);
      // The scope names the API and, behind the last slash, the permission.
      const audience = (form['scope'] ?? '').split(' ')[0]?.replace(/\/[^/]*$/, '') ?? '';
      const fault = await clientFault(form);
      if (fault !== 0) return refused(context, fault);
      if (grant === 'client_credentials') return granted(context, audience, 'app');
      if (grant !== 'password') return refused(context, 70003);
      const refusal = userFault(form);
      return refusal === 0 ? granted(context, audience, 'user') : refused(context, refusal);
    });
}
