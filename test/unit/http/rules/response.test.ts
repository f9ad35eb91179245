import { expect, test } from 'vitest';
import { readRulesFile } from '../../../../shared/domain/rules/ruleSet.ts';
import { rulesAnswer, rulesChanged } from '../../../../shared/http/rules/response.ts';
import { agent } from '../../../support/builders.ts';
import { world } from '../../../support/world.ts';

test('the rules are a file that uploads unchanged, with their tag', async () => {
  const here = world();
  await here.map([agent(1)]);
  const { body, headers } = rulesAnswer((await here.reader().read()).snapshot);
  expect(readRulesFile(String(body), 'r1').preset).toBe('strict');
  expect(headers).toHaveProperty('etag');
});

test.each([
  [true, 1],
  [false, 0],
])('a change says what it does, dry run %s', (dryRun, said) => {
  const text = '{"preset":"acd-decides"}';
  const result = { ruleSet: readRulesFile(text, 'r1'), changed: 2, changes: [], wouldRefuse: undefined };
  const options = { dryRun, ifMatch: undefined };
  const { body } = rulesChanged(result as never, { text, options } as never);
  expect(JSON.parse(String(body))).toMatchObject({
    status: 200,
    dryRun: said,
    preset: 'acd-decides',
    changed: 2,
    warnings: [],
  });
});
