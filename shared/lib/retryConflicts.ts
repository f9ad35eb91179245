import { StoreConflictError } from '../errors/errors.ts';

/**
 * Repeats work that another instance was faster with, at once.
 * @param work is told which attempt it is, from 1
 * @throws StoreConflictError after losing as often as there are attempts; any other error as it comes
 */
export async function retryConflicts<T>(attempts: number, work: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!(error instanceof StoreConflictError) || attempt === attempts) throw error;
    }
  }
}
