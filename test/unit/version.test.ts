import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VERSION } from '../../shared/version.ts';

test('it is that of the package, which the changelog tells of', () => {
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+$/);
  expect(readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8')).toContain(`## ${VERSION}`);
});
