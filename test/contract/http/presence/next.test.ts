import { describe, expect, test } from 'vitest';
import { cursorSchema } from '../../../../shared/domain/snapshot/cursor.ts';
import { GraphUnavailableError } from '../../../../shared/errors/errors.ts';
import { nextAnswer } from '../../../../shared/http/presence/next.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { ADAPTERS } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

const WEEK = 7 * 86_400_000;

describe.each(ADAPTERS)('the next change through %s', (_name, create) => {
  async function setUp(shardSize?: number) {
    const here = world(create(), shardSize);
    await here.map([agent(1), agent(2)]);
    const poll = here.poller();
    await poll();
    const reader = here.reader();
    async function next(cursor: string) {
      const { snapshot } = await reader.read({ fresh: true });
      const { answer } = nextAnswer(snapshot, cursorSchema.parse(cursor), here.time.clock());
      return JSON.parse(String(answer.body));
    }
    /** Asks until nothing is new: what was told of whom, and how far the client has come. */
    async function follow(from: string) {
      const told = new Map<string, string>();
      let cursor = from;
      for (let steps = 0; steps < 20; steps += 1) {
        const answer = await next(cursor);
        cursor = answer.cursor;
        if (answer.agentId === '') break;
        told.set(answer.agentId, answer.removed === 1 ? 'removed' : answer.rule);
      }
      return { told: Object.fromEntries(told), cursor };
    }
    return { ...here, poll, next, follow };
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

  test.each([true, false])(
    'a time in which nobody is mapped lets nobody be skipped, asked meanwhile: %s',
    async asks => {
      const here = await setUp(1);
      let { cursor } = await here.follow('');
      await here.map([], 'g0000000002-none');
      await here.poll();
      if (asks) {
        const empty = await here.follow(cursor);
        cursor = empty.cursor;
      }
      await here.map([agent(1), agent(2), agent(3)], 'g0000000003-all');
      here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
      here.time.advance(10_000);
      await here.poll();
      const { told } = await here.follow(cursor);
      expect(told).toMatchObject({ 1001: 'in-a-call', 1003: 'available' });
      if (asks) expect(told).toMatchObject({ 1002: 'available' });
    },
  );

  test('a shard that goes to and fro between fresh and stale keeps nobody from the news of others', async () => {
    const here = await setUp(1);
    let { cursor } = await here.follow('');
    const failing = here.poller(here.presence, {
      read: (ids, ...rest) =>
        ids.includes(guid(1)) ? Promise.reject(new GraphUnavailableError('No.')) : here.teams.source.read(ids, ...rest),
    });
    here.teams.shown.set(guid(2), presence('Away'));
    const told: string[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      here.time.advance(70_000);
      await (turn % 2 === 0 ? failing() : here.poll());
      const answer = await here.next(cursor);
      cursor = answer.cursor;
      told.push(answer.agentId);
    }
    expect(told).toContain('1001');
    expect(told.slice(0, 3)).toContain('1002');
  });
});
