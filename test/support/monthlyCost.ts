/** What one month uses, in the terms of docs/operate.md. */
export interface Usage {
  /** Runs of a function, and how many of their seconds are billed. */
  readonly runs: number;
  readonly seconds: number;
  readonly transactions: number;
}

const GB = 0.5;
const FREE_GB_SECONDS = 100_000;
const FREE_RUNS = 250_000;
const GB_SECOND = 0.000026;
/** Of an instance that is always ready: while it waits, and while it works. */
const READY_GB_SECOND = 0.000004;
const BUSY_GB_SECOND = 0.000016;
const RUN = 0.0000004;
const TRANSACTION = 0.000000036;
const VAULT = 52_000 * 0.000003;

const MONTH_SECONDS = 2_592_000;

/** US dollars of a month on demand, by the formula of docs/operate.md. */
export function monthlyCost({ runs, seconds, transactions }: Usage): number {
  const compute = Math.max(0, seconds * GB - FREE_GB_SECONDS) * GB_SECOND + Math.max(0, runs - FREE_RUNS) * RUN;
  return compute + transactions * TRANSACTION + VAULT;
}

/** Polls of the timer alone. */
export function polling(intervalS: number, pollSeconds: number): Usage {
  const runs = MONTH_SECONDS / intervalS;
  return { runs, seconds: runs * Math.max(1, pollSeconds), transactions: runs * 4 };
}

export function pulling(pulls: number): Usage {
  return { runs: pulls, seconds: pulls, transactions: pulls };
}

/** US dollars that pulls cost in a month with an instance that is always ready. */
export function warmPulls({ runs, seconds, transactions }: Usage): number {
  const ready = MONTH_SECONDS * GB * READY_GB_SECOND;
  return ready + seconds * GB * BUSY_GB_SECOND + runs * RUN + transactions * TRANSACTION;
}

export function together(...usages: readonly Usage[]): Usage {
  const sum = (of: (usage: Usage) => number) => usages.reduce((total, usage) => total + of(usage), 0);
  return { runs: sum(u => u.runs), seconds: sum(u => u.seconds), transactions: sum(u => u.transactions) };
}
