import { expect, test } from 'vitest';
import { sampleSize } from '../support/sampleSize.ts';
import { runSchedule } from './simulation/runSchedule.ts';

const SAMPLE = 40;
/** A seed that failed is run again by itself: SEED=696 RUNS=1 npm run test:faults -- test/faults/schedules.test.ts. */
const RUNS = sampleSize(SAMPLE, 10_000);
const FIRST = Number(process.env['SEED'] ?? 1);

test(`${RUNS} random schedules from seed ${FIRST} on: nothing is lost, nobody is shown free against Graph’s last answer`, async () => {
  const broken: string[] = [];
  const held = { mapped: 0, floors: 0, ages: 0, disabled: 0 };
  for (let seed = FIRST; seed < FIRST + RUNS && broken.length < 5; seed += 1) {
    const { violations, counts } = await runSchedule(seed);
    for (const what of ['mapped', 'floors', 'ages', 'disabled'] as const) held[what] += counts[what];
    if (violations.length > 0) broken.push(`seed ${seed}: ${violations.slice(0, 3).join('; ')}`);
  }
  expect(broken).toEqual([]);
  // Whoever never looks finds nothing: each promise was held against many readings, in some schedules or others.
  if (RUNS >= SAMPLE) for (const count of Object.values(held)) expect(count).toBeGreaterThan(RUNS);
  console.log(`held against readings: ${JSON.stringify(held)}`);
}, 900_000);
