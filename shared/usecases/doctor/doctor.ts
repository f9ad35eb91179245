import { cached } from '../../lib/cached.ts';
import type { Monotonic } from '../../lib/clock.ts';
import { type Check, examine, type Step, type StepStatus } from './steps.ts';

/** Several administrators, or an impatient one, do not make the tenant be asked again and again. */
const REUSE_MS = 30_000;

export interface DoctorReport {
  readonly state: Exclude<StepStatus, 'skipped'>;
  readonly steps: readonly Step[];
}

export function doctorReport(steps: readonly Step[]): DoctorReport {
  const worst = (['failed', 'warning'] as const).find(status => steps.some(step => step.status === status));
  return { state: worst ?? 'ok', steps };
}

interface LastReport extends DoctorReport {
  /** How long ago the examination ended: what was mended since then is not in it. */
  readonly ageSeconds: number;
}

/** The doctor of a deployed connector: one examination at a time, its result good for half a minute. */
export type Doctor = () => Promise<LastReport>;

export function doctor(checks: readonly Check[], monotonic: Monotonic): Doctor {
  const load = async () => ({ report: doctorReport(await examine(checks, () => undefined)), endedAt: monotonic() });
  // A slow examination is as good as a fast one from its end on, also for those who came while it ran.
  const rate = ({ endedAt }: { endedAt: number }) => (monotonic() - endedAt < REUSE_MS ? 'fresh' : 'old');
  const last = cached({ load, rate, tolerates: () => false, monotonic });
  return async () => {
    const { report, endedAt } = (await last.get()).value;
    return { ...report, ageSeconds: Math.floor((monotonic() - endedAt) / 1_000) };
  };
}
