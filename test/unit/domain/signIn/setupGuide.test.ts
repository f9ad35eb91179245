import { expect, test } from 'vitest';
import { SETUP_GUIDE } from '../../../../shared/domain/signIn/setupGuide.ts';

test('every section is named once, as its heading is', () => {
  const sections = Object.values(SETUP_GUIDE);
  expect(new Set(sections).size).toBe(sections.length);
  for (const section of sections) expect(section).toMatch(/^[A-Z][A-Za-z ]+$/);
});
