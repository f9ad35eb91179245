import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';

interface Package {
  readonly dev?: boolean;
  readonly license?: string;
  readonly integrity?: string;
}
const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Readonly<Record<string, Package>>;
};
/** Licences that allow a customer to run and pass on what is built of them. */
const ALLOWED = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];
const deployed = Object.entries(packages).filter(([name, { dev }]) => name !== '' && dev !== true);

test('everything that is deployed has a licence that allows it', () => {
  expect(deployed.length).toBeGreaterThan(50);
  const others = deployed.filter(([, { license = 'none' }]) => !ALLOWED.includes(license));
  expect(others).toEqual([]);
});

test('everything that is deployed is pinned by the hash of its content', () => {
  expect(deployed.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
});

const exceptions = z.record(
  z.string().regex(/^GHSA(-[0-9a-z]{4}){3}$/),
  z.strictObject({ active: z.literal(true), expiry: z.iso.date(), notes: z.string().min(20) }),
);

test('an exception from the audit names its advisory, its reason and its end', () => {
  const stored = JSON.parse(readFileSync(new URL('../../.nsprc', import.meta.url), 'utf8'));
  expect(exceptions.safeParse(stored).error).toBeUndefined();
  const one = { active: true, expiry: '2027-01-31', notes: 'The function is never called.' };
  expect(exceptions.safeParse({ 'GHSA-aaaa-bbbb-cccc': one }).success).toBe(true);
  expect(exceptions.safeParse({ 'GHSA-aaaa-bbbb-cccc': { ...one, expiry: '' } }).success).toBe(false);
  expect(exceptions.safeParse({ '1111': one }).success).toBe(false);
});
