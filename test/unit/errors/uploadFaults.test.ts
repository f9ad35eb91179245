import { expect, test } from 'vitest';
import { AgentsChangeRefused } from '../../../shared/errors/errors.ts';
import { MAX_FAULTS, uploadError } from '../../../shared/errors/uploadFaults.ts';

const errorOf = (faults: readonly string[]) => uploadError(AgentsChangeRefused, 'malformed_agents', faults);

test('the first fault is the sentence, with how many more there are', () => {
  expect(errorOf(['line 2: x']).message).toBe('Nothing was changed: line 2: x.');
  expect(errorOf(['line 2: x', 'line 3: y'])).toMatchObject({
    code: 'malformed_agents',
    message: 'Nothing was changed: line 2: x (and 1 more).',
    faults: ['line 2: x', 'line 3: y'],
  });
});

test('a long list of faults ends', () => {
  const faults = Array.from({ length: MAX_FAULTS + 5 }, (_, index) => `line ${index}`);
  expect(errorOf(faults).faults).toHaveLength(MAX_FAULTS);
});
