import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { singleFailure } from '../../../../shared/domain/snapshot/record.ts';
import { openApiDocument } from '../../../../shared/http/contract/openapi.ts';
import { singleSchema } from '../../../../shared/http/contract/schemas/presence.ts';
import { contractFault } from '../../../support/contract.ts';

test('the document is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(openApiDocument());
  expect([result.valid, result.errors]).toEqual([true, undefined]);
});

test('docs/openapi.json is the document that is served: npm run openapi', async () => {
  const committed = await readFile(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(committed)).toEqual(openApiDocument());
});

test('the fields of a single answer stand in the documented order', () => {
  expect(Object.keys(singleSchema.shape)).toEqual(Object.keys(singleFailure(404, 'not_mapped', 'Nobody.')));
});

test('an answer that is not documented is noticed', () => {
  const live = (body: object, status = 200) =>
    contractFault('GET', '/api/live', status, 'application/json; charset=utf-8', JSON.stringify(body));
  expect(live({ status: 200, version: '1' })).toBeUndefined();
  expect(live({ status: 200 })).toContain('version');
  expect(live({ status: 200, version: '1', more: 1 })).toContain('additional');
  expect(live({}, 418)).toContain('not documented');
});
