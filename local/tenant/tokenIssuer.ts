import { generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { TenantState } from './state.ts';

const ALGORITHM = 'RS256';

export interface TokenClaims extends JWTPayload {
  readonly scp?: string;
  readonly roles?: string[];
}

export interface TokenIssuer {
  issue(audience: string, claims: TokenClaims, lifetimeSeconds: number): Promise<string>;
  /** The claims of a token that is genuine, for this audience and not expired; undefined for any other. */
  verify(token: string, audience: string): Promise<TokenClaims | undefined>;
}

/** Takes long to make; the tokens of two tenants of one process differ by their issuer. */
let keyPair: ReturnType<typeof generateKeyPair> | undefined;

/** Issues and checks the tenant's JWTs. */
export async function tokenIssuer(state: TenantState): Promise<TokenIssuer> {
  keyPair ??= generateKeyPair(ALGORITHM);
  const { privateKey, publicKey } = await keyPair;
  const issuer = `https://sts.windows.net/${state.tenantId}/`;
  return {
    async issue(audience, claims, lifetimeSeconds) {
      const now = Math.floor(state.options.clock() / 1000);
      const token = await new SignJWT({ ...claims, tid: state.tenantId, appid: state.clientId })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + lifetimeSeconds)
        .sign(privateKey);
      state.confidential.add(token);
      return token;
    },
    async verify(token, audience) {
      try {
        const currentDate = new Date(state.options.clock());
        return (await jwtVerify<TokenClaims>(token, publicKey, { audience, issuer, currentDate })).payload;
      } catch {
        return undefined;
      }
    },
  };
}
