import type { PollReport } from '../../domain/snapshot/head.ts';
import { StoreConflictError, StoreUnavailableError } from '../../errors/errors.ts';
import type { PresenceStore } from '../../ports/presenceStore.ts';
import { unpublished } from './cycleReport.ts';

/** Documents that cannot be written keep a cycle from being published; its head says why, if that can be written. */
export async function recordPublishFailure(store: PresenceStore, report: PollReport, error: unknown): Promise<void> {
  if (!(error instanceof StoreUnavailableError)) return;
  try {
    const stored = await store.readHead();
    if (stored === undefined || stored.head.report.attemptedAt > report.attemptedAt) return;
    const failed = unpublished(report, stored.head.report, error);
    await store.replaceHead({ ...stored.head, report: failed }, stored.etag);
  } catch (again) {
    // The tables are gone altogether, or another poller was faster: the first error is the one to throw.
    if (!(again instanceof StoreUnavailableError || again instanceof StoreConflictError)) throw again;
  }
}
