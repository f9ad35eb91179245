import { expect, test } from 'vitest';
import { DEFAULT_RULES, readRulesFile, rulesText } from '../../../../shared/domain/rules/ruleSet.ts';
import { readRules } from '../../../../shared/usecases/state/readRules.ts';
import { memoryRuleStore } from '../../../support/memoryRuleStore.ts';

const STORED = rulesText(readRulesFile('{"preset":"acd-decides"}', 'r1'));

test('the rules that the head names are those in force', async () => {
  const store = memoryRuleStore();
  await store.write('r1', STORED);
  expect(await readRules(store, 'r1')).toMatchObject({ id: 'r1', preset: 'acd-decides' });
});

test.each([
  ['none were uploaded', '', STORED],
  ['they are gone', 'r2', STORED],
  ['a later version wrote them', 'r1', '{"rules":[{"id":"x","new":1}]}'],
  ['somebody cut them', 'r1', STORED.slice(0, 10)],
  ['somebody emptied them', 'r1', ''],
  ['somebody wrote something else', 'r1', 'null'],
])('the default ones stand in where %s', async (_case, named, text) => {
  const store = memoryRuleStore();
  await store.write('r1', text);
  expect(await readRules(store, named)).toBe(DEFAULT_RULES);
});
