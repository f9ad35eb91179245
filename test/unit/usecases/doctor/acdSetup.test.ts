import { expect, test } from 'vitest';
import { singleSchema } from '../../../../shared/http/contract/schemas/presence.ts';
import { acdSetup } from '../../../../shared/usecases/doctor/acdSetup.ts';

const SETUP = acdSetup('https://app.azurewebsites.net', 2);

test('the ACD is told where to ask, and how late an answer may be', () => {
  expect(SETUP.baseUrl).toBe('https://app.azurewebsites.net/api/v1/presence');
  expect(SETUP.sampleUrl).toBe(`${SETUP.baseUrl}?key=1001`);
  expect(SETUP.lag).toContain('+ 2 s +');
});

test('every variable stands in the answer', () => {
  for (const name of SETUP.variables.split(', ')) expect(Object.keys(singleSchema.shape)).toContain(name);
});
