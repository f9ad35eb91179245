import { expect, test } from 'vitest';
import { previewChanges } from '../../../../shared/domain/agents/previewChanges.ts';
import { agent, guid } from '../../../support/builders.ts';

test('a change says whom it adds, changes, removes, takes for another, and reads no more', () => {
  const before = [agent(1), agent(2), agent(3), agent(4), agent(5, { account: 'not-in-source' })];
  const after = [
    agent(1, { group: 'sales' }),
    agent(2, { objectId: guid(9), userPrincipalName: 'other@contoso.com' }),
    agent(3, { account: 'account-disabled' }),
    agent(5),
    agent(6),
  ];
  expect(previewChanges(before, after)).toEqual({
    wouldAdd: ['1005', '1006'],
    wouldChange: ['1001'],
    wouldRemove: ['1004'],
    wouldRemap: [{ agentId: '1002', from: 'person2@contoso.com', to: 'other@contoso.com' }],
    wouldBeUnreachable: ['1003'],
  });
});

test('no more than a hundred are named', () => {
  const many = Array.from({ length: 150 }, (_, index) => agent(index));
  expect(previewChanges([], many).wouldAdd).toHaveLength(100);
  expect(previewChanges(many, []).wouldRemove).toHaveLength(100);
});
