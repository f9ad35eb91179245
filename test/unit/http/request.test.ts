import { expect, test } from 'vitest';
import { charsetOf } from '../../../shared/http/request.ts';
import { httpCall } from '../../support/httpCall.ts';

test.each([
  ['text/csv; charset=utf-8', 'utf-8'],
  ['text/csv;charset="windows-1250"', 'windows-1250'],
  ["text/csv; charset='windows-1250'", 'windows-1250'],
  ['text/csv; header=present; CHARSET = utf-16le', 'utf-16le'],
  ['text/csv', undefined],
])('the charset of %s is %s', (header, charset) => {
  expect(charsetOf(httpCall.request('PUT', '/agents', { body: 'x', headers: { 'content-type': header } }))).toBe(
    charset,
  );
});
