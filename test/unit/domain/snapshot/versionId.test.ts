import { expect, test } from 'vitest';
import { isOutdated, nextVersionId } from '../../../../shared/domain/snapshot/versionId.ts';

test('ids grow, above every one that is known', () => {
  expect(nextVersionId('g', '', 'g0000000009-ab', 'g0000000003-cd')).toMatch(/^g0000000010-[0-9a-f]{8}$/);
  expect(nextVersionId('r', '', '?')).toMatch(/^r0000000001-/);
  expect(nextVersionId('g', 'g0000000009-ab')).not.toBe(nextVersionId('g', 'g0000000009-ab'));
});

test.each([
  ['g0000000001-a', 'g0000000002-a', true],
  ['g0000000002-a', 'g0000000002-b', true],
  ['g0000000002-a', 'g0000000002-a', false],
  ['g0000000003-a', 'g0000000002-a', false],
])('%s is outdated beside %s: %s', (id, current, isOld) => {
  expect(isOutdated(id, current)).toBe(isOld);
});
