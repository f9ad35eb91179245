import { Hono } from 'hono';
import type { TenantState } from './state.ts';
import type { TokenIssuer } from './tokenIssuer.ts';

const VAULT_AUDIENCE = 'https://vault.azure.net';

/** Azure Key Vault: secrets behind the challenge that names where to get a token. */
export function vaultService(state: TenantState, tokens: TokenIssuer, origin: () => string): Hono {
  const app = new Hono({ strict: false }).use('/secrets/*', async (context, next) => {
    const token = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
    if ((await tokens.verify(token, VAULT_AUDIENCE)) !== undefined) return next();
    const authority = `${origin()}/${state.tenantId}`;
    context.header('WWW-Authenticate', `Bearer authorization="${authority}", resource="${VAULT_AUDIENCE}"`);
    return context.json({ error: { code: 'Unauthorized', message: 'AKV10000: a Bearer token is missing.' } }, 401);
  });
  app.get('/secrets/:name/:version?', context => {
    state.count('vault.secret');
    const { name, version } = context.req.param();
    const secret = state.secrets.get(name);
    if (secret === undefined || (version && version !== secret.version)) {
      return context.json(
        { error: { code: 'SecretNotFound', message: 'The secret was not found in this vault.' } },
        404,
      );
    }
    if (secret.enabled === false) {
      const innererror = { code: 'SecretDisabled' };
      return context.json({ error: { code: 'Forbidden', message: 'Operation get is not allowed.', innererror } }, 403);
    }
    const exp = secret.expiresAt === undefined ? {} : { exp: Math.floor(secret.expiresAt / 1000) };
    const id = `https://${context.req.header('host')}/secrets/${name}/${secret.version}`;
    return context.json({
      value: secret.value,
      id,
      attributes: { enabled: true, recoveryLevel: 'Recoverable', ...exp },
    });
  });
  return app;
}
