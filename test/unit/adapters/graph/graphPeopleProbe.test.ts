import { expect, test } from 'vitest';
import { graphPeopleProbe } from '../../../../shared/adapters/graph/graphPeopleProbe.ts';
import { guid } from '../../../support/builders.ts';

const TOKEN = { value: 't', mode: 'app-only' } as const;
const some = (body: Record<string, unknown>) =>
  graphPeopleProbe(async () => ({ body, requestId: 'request' })).sampleUserIds(TOKEN);

test('guests and disabled accounts have no presence to try', async () => {
  const value = [
    { id: guid(1).toUpperCase() },
    { id: guid(2), userType: 'guest' },
    { id: guid(3), accountEnabled: false },
    { id: 7 },
    null,
  ];
  expect(await some({ value })).toEqual([guid(1)]);
});

test('an answer without a list is nobody', async () => {
  expect(await some({})).toEqual([]);
  expect(await some({ value: null })).toEqual([]);
});
