import { expect, test } from 'vitest';
import { UNKNOWN_EXPIRY } from '../../../../shared/domain/signIn/expiry.ts';
import { NO_REPORT } from '../../../../shared/domain/snapshot/head.ts';
import { GraphUnavailableError } from '../../../../shared/errors/errors.ts';
import { cycleReport } from '../../../../shared/usecases/poll/cycleReport.ts';
import { failure, sparedOutcome } from '../../../../shared/usecases/poll/shardOutcome.ts';

test('of two faults of one kind the newer one is told', () => {
  const before = { ...NO_REPORT, faults: [{ code: 'graph_unavailable', message: 'Request 1.' }] };
  const outcomes = [sparedOutcome(0), failure(1, 0, new GraphUnavailableError('Request 2.'))];
  const signIn = { mode: 'app-only', state: undefined, error: undefined };
  const { faults } = cycleReport(
    before,
    { signIn, outcomes, unanswered: 0, attemptedAt: 1_000 },
    { secretExpiry: UNKNOWN_EXPIRY, passwordExpiry: UNKNOWN_EXPIRY },
  );
  expect(faults).toEqual([{ code: 'graph_unavailable', message: 'Request 2.' }]);
});
