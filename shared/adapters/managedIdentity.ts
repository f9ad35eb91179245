import { setTimeout } from 'node:timers/promises';
import { type AccessToken, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';

/** The identity endpoint answers in milliseconds; the library would wait for it without end. */
const TIMEOUT_MS = 10_000;

/** The app's user-assigned managed identity. A token that does not come in time is an error, not a hanging process. */
export function managedIdentity(clientId: string): TokenCredential {
  const credential = new ManagedIdentityCredential({ clientId });
  return {
    async getToken(scopes, options): Promise<AccessToken> {
      const done = new AbortController();
      const late = setTimeout(TIMEOUT_MS, undefined, { signal: done.signal, ref: false }).then(() => {
        throw Object.assign(new Error('The managed identity did not answer in time.'), { name: 'AuthenticationError' });
      });
      try {
        return await Promise.race([credential.getToken(scopes, options), late]);
      } finally {
        done.abort();
        late.catch(() => undefined);
      }
    },
  };
}
