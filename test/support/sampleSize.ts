/**
 * How many random cases are run: a sample in `npm test`, all of them in `npm run test:faults`, or as many as RUNS says.
 */
export function sampleSize(sample: number, all: number): number {
  const isWhole = process.env['npm_lifecycle_event'] === 'test:faults';
  return Number(process.env['RUNS'] ?? (isWhole ? all : sample));
}
