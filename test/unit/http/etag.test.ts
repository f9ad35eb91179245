import { expect, test } from 'vitest';
import { ifMatch } from '../../../shared/http/etag.ts';
import { httpCall } from '../../support/httpCall.ts';

const sent = (tag?: string) =>
  ifMatch(httpCall.request('PUT', '/agents', tag === undefined ? {} : { headers: { 'if-match': tag } }));

test.each([
  [undefined, undefined],
  ['*', undefined],
  ['"g1"', ['g1']],
  ['"g1", "g2"', ['g1', 'g2']],
  ['""', ['']],
  ['W/"g1"', []],
  ['w/"g1", "g2"', ['g2']],
])('If-Match %s names %s', (tag, versions) => {
  expect(sent(tag)).toEqual(versions);
});
