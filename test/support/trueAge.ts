import { expect } from 'vitest';

/** That an age is right, whatever a busy machine took: `checkedAt` is said in whole seconds and may lie up to one later. */
export function expectTrueAge(
  { ageSeconds, checkedAt }: Readonly<Record<string, unknown>>,
  askedAt: number,
  answeredAt: number,
): void {
  const since = (moment: number) => (moment - Date.parse(String(checkedAt))) / 1_000;
  expect(ageSeconds).toBeGreaterThanOrEqual(Math.floor(since(askedAt) - 1));
  expect(ageSeconds).toBeLessThanOrEqual(Math.ceil(since(answeredAt)));
}
