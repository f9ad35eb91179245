import { StoreConflictError, StoreUnavailableError } from '../../errors/errors.ts';

/** Tidies up behind a change that counts already: what cannot be done now, the next poll or upload does. */
export async function bestEffort(tidy: () => Promise<void>): Promise<void> {
  try {
    await tidy();
  } catch (error) {
    if (!(error instanceof StoreConflictError || error instanceof StoreUnavailableError)) throw error;
  }
}
