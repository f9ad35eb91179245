import { expect, test } from 'vitest';
import { timedPeople, valuesOf } from '../../../../shared/usecases/agents/people.ts';
import { user } from '../../../support/directory.ts';

test('what a field holds is in lower case', () => {
  const who = user(1, { mail: 'Anna@Contoso.com', aliases: ['a@contoso.com', 'b@contoso.com'] });
  expect([valuesOf(who, 'mail'), valuesOf(who, 'alias')]).toEqual([
    ['anna@contoso.com'],
    ['a@contoso.com', 'b@contoso.com'],
  ]);
});

test('after its time a search finds nobody, and says so', async () => {
  const over = new AbortController();
  const timed = timedPeople({ findUsers: async () => [user(1)], listUsers: async () => [user(2)] }, over.signal);
  expect([(await timed.findUsers('id', ['x']))?.length, timed.isOutOfTime()]).toEqual([1, false]);
  over.abort();
  expect([await timed.findUsers('id', ['x']), await timed.listUsers(), timed.isOutOfTime()]).toEqual([
    undefined,
    undefined,
    true,
  ]);
});

test('a fault within the time is thrown, one that the end of the time causes is not', async () => {
  const over = new AbortController();
  const failing = { findUsers: async () => Promise.reject(new Error('out')), listUsers: async () => [] };
  await expect(timedPeople(failing, over.signal).findUsers('id', ['x'])).rejects.toThrow('out');
  const ending = {
    ...failing,
    findUsers: async () => {
      over.abort();
      throw new Error('aborted');
    },
  };
  expect(await timedPeople(ending, over.signal).findUsers('id', ['x'])).toBeUndefined();
});
