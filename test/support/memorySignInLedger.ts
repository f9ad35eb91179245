import type { SignInRecord } from '../../shared/domain/signIn/attemptPolicy.ts';
import { StoreConflictError } from '../../shared/errors/errors.ts';
import type { SignInLedger } from '../../shared/ports/signInLedger.ts';

/** The port in memory. It passes the same contract suite as the adapter for Table Storage. */
export function memorySignInLedger(): SignInLedger {
  let stored: { record: SignInRecord; etag: string } | undefined;
  let stamp = 0;
  return {
    read: async () => stored,
    async write(record, etag) {
      if (stored?.etag !== etag) throw new StoreConflictError('Another instance wrote first.');
      stamp += 1;
      stored = { record, etag: String(stamp) };
      return stored.etag;
    },
  };
}
