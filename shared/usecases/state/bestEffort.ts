import { StoreConflictError, StoreUnavailableError } from '../../errors/errors.ts';

/**
 * Tidies up behind a change that counts already: what cannot be done now, the next poll or upload does.
 * @returns whether it was done
 */
export async function bestEffort(tidy: () => Promise<void>): Promise<boolean> {
  try {
    await tidy();
    return true;
  } catch (error) {
    if (!(error instanceof StoreConflictError || error instanceof StoreUnavailableError)) throw error;
    return false;
  }
}
