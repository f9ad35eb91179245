import { expect, test } from 'vitest';
import {
  agentEntry,
  byAgentId,
  ENTRY_FIELDS,
  inGroup,
  isActive,
  isListed,
  isPending,
  ownEmail,
  sameEntry,
  unresolvedAgent,
} from '../../../../shared/domain/agents/agent.ts';
import { agent, entry } from '../../../support/builders.ts';

test('ids sort by their characters, in every language', () => {
  const ids = ['b', 'a', 'ä', '10', '9', 'B'].map(agentId => ({ agentId }));
  expect(ids.sort(byAgentId).map(({ agentId }) => agentId)).toEqual(['10', '9', 'B', 'a', 'b', 'ä']);
});

test('an account says who may be asked for, an origin what stands in the list', () => {
  expect([isActive(agent(1)), isActive(agent(1, { account: 'not-in-source' }))]).toEqual([true, false]);
  expect([isPending(agent(1)), isPending(agent(1, { account: 'pending' }))]).toEqual([false, true]);
  expect([isListed(agent(1)), isListed(agent(1, { origin: 'directory' }))]).toEqual([true, false]);
});

test('an e-mail of somebody else is no e-mail of the row', () => {
  expect(ownEmail(agent(1))).toBe('person1@contoso.com');
  expect(ownEmail(agent(1, { emailOwner: 'other@contoso.com' }))).toBe('');
});

test('names of groups are the same in any case, and with blanks around them', () => {
  expect(inGroup(' STRASSE ')({ group: 'straße' })).toBe(true);
  expect(inGroup('sales')({ group: 'support' })).toBe(false);
});

test('an entry is the administrator’s part alone', () => {
  expect(Object.keys(agentEntry(agent(1)))).toEqual([...ENTRY_FIELDS]);
  expect(sameEntry(agent(1), agent(1, { objectId: 'other' }))).toBe(true);
  expect(sameEntry(entry(1), entry(1, { group: 'sales' }))).toBe(false);
});

test('of a row that was not looked up the directory says nothing', () => {
  const found = unresolvedAgent(entry(1), { account: 'pending', origin: 'list', line: 7 });
  expect(found).toMatchObject({ ...entry(1), account: 'pending', line: 7, objectId: '', aliases: [], resolvedBy: '' });
});
