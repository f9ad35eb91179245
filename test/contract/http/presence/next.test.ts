import { describe, expect, test } from 'vitest';
import { cursorSchema } from '../../../../shared/domain/snapshot/cursor.ts';
import { nextAnswer } from '../../../../shared/http/presence/next.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { ADAPTERS } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

const WEEK = 7 * 86_400_000;

describe.each(ADAPTERS)('the next change through %s', (_name, create) => {
  async function setUp() {
    const here = world(create());
    await here.map([agent(1), agent(2)]);
    const poll = here.poller();
    await poll();
    const reader = here.reader();
    async function next(cursor: string) {
      const { snapshot } = await reader.read({ fresh: true });
      const { answer } = nextAnswer(snapshot, cursorSchema.parse(cursor), here.time.clock());
      return JSON.parse(String(answer.body));
    }
    return { ...here, poll, next };
  }

  test('one agent after the other, then nothing new, then the one who changed', async () => {
    const here = await setUp();
    const first = await here.next('');
    const second = await here.next(first.cursor);
    expect([first, second].map(({ agentId, more, removed }) => [agentId, more, removed])).toEqual([
      ['1001', 1, 0],
      ['1002', 0, 0],
    ]);
    const nothing = await here.next(second.cursor);
    expect(nothing).toMatchObject({ status: 200, agentId: '', more: 0, error: '', known: 1, stale: 0 });
    here.time.advance(1_000);
    here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
    await here.poll();
    expect(await here.next(nothing.cursor)).toMatchObject({ agentId: '1001', reachable: 0, more: 0 });
  });

  test('whoever comes back after a week starts anew', async () => {
    const here = await setUp();
    const { cursor } = await here.next('');
    here.time.advance(WEEK + 3_600_000);
    await here.poll();
    expect(await here.next(cursor)).toMatchObject({ error: 'cursor_expired', cursor: '', more: 1, agentId: '' });
  });

  test('with nothing new the answer says how the whole list is', async () => {
    const here = await setUp();
    const { cursor } = await here.next((await here.next('')).cursor);
    here.time.advance(300_000);
    let answer = await here.next(cursor);
    while (answer.agentId !== '') answer = await here.next(answer.cursor);
    expect(answer).toMatchObject({ stale: 1, known: 0 });
  });
});
