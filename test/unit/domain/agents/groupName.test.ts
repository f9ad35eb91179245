import { expect, test } from 'vitest';
import { groupName } from '../../../../shared/domain/agents/groupName.ts';

test.each(['', ' ', '\u200b', 'x'.repeat(129)])('%j is no name of a group', value => {
  expect(groupName.safeParse(value).success).toBe(false);
});
