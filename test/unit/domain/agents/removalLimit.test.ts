import { expect, test } from 'vitest';
import { changedRows, isTooMuch, refuseLoss, removedRows } from '../../../../shared/domain/agents/removalLimit.ts';
import { AgentsChangeRefused } from '../../../../shared/errors/errors.ts';
import { agent, entry } from '../../../support/builders.ts';

const LIST = [agent(1), agent(2), agent(3)];
const rows = [entry(1), entry(2, { group: 'sales' }), entry(4)].map(of => ({ entry: of, line: 0, known: undefined }));

test('rows that go, and rows that say something else', () => {
  expect([removedRows(LIST, rows), changedRows(LIST, rows)]).toEqual([1, 1]);
});

test.each([
  [{ of: 10, removed: 5 }, false],
  [{ of: 10, removed: 6 }, true],
  [{ of: 1, removed: 1 }, true],
  [{ of: undefined, removed: 100 }, false],
])('%j needs consent: %s', (loss, needsConsent) => {
  expect(isTooMuch(loss)).toBe(needsConsent);
  if (needsConsent) expect(() => refuseLoss(loss)).toThrow(AgentsChangeRefused);
  else expect(() => refuseLoss(loss)).not.toThrow();
});
