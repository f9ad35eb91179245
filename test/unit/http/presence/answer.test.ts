import { expect, test } from 'vitest';
import { presenceFailure } from '../../../../shared/http/presence/answer.ts';
import { httpCall } from '../../../support/httpCall.ts';

const failed = { status: 503, error: 'store_unavailable', message: 'Out.' };
const shapeOf = (query: string) => presenceFailure(failed, httpCall.request('GET', `/presence${query}`));

test('a failed list says what is wrong, and nothing else', () => {
  expect(shapeOf('?group=support')).toEqual(failed);
});

test('a failed question for one agent has every field', () => {
  expect(shapeOf('?key=1001')).toMatchObject({ ...failed, agentId: '', reachable: 0, known: 0, stale: 1 });
});

test('a client of next goes on where it was', () => {
  expect(shapeOf('?next=place')).toMatchObject({ ...failed, agentId: '', cursor: 'place', more: 0, removed: 0 });
});
