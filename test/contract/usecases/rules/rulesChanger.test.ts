import { describe, expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import type { RuleStore } from '../../../../shared/ports/ruleStore.ts';
import { rulesChanger } from '../../../../shared/usecases/rules/rulesChanger.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { ADAPTERS } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

const NOBODY = JSON.stringify({ rules: [{ id: 'nobody', when: [{}], telStatus: 1, reachable: 0 }] });
const PLAIN = { dryRun: false, ifMatch: undefined };

describe.each(ADAPTERS)('rules in %s', (_name, create) => {
  test('the store keeps the current ones alone, and never goes back', async () => {
    const { rules } = create();
    expect([await rules.current(), await rules.read('r0000000001-a')]).toEqual(['', undefined]);
    await rules.write('r0000000001-a', 'one');
    await rules.write('r0000000002-b', 'two');
    await rules.markCurrent('r0000000002-b');
    await rules.markCurrent('r0000000001-a');
    expect(await rules.current()).toBe('r0000000002-b');
    expect([await rules.read('r0000000001-a'), await rules.read('r0000000002-b')]).toEqual([undefined, 'two']);
  });

  async function start(wrap: (rules: RuleStore) => RuleStore = rules => rules) {
    const here = world(create());
    await here.map([agent(1), agent(2)]);
    here.teams.shown.set(guid(2), presence('Away'));
    await here.poller()();
    const change = rulesChanger({ ...here, rules: wrap(here.rules), reader: here.reader(), clock: here.time.clock });
    return { ...here, change };
  }

  test('where somebody cut them the default ones count, and a change mends it', async () => {
    const here = await start();
    await here.change(NOBODY, PLAIN);
    await here.rules.write(await here.rules.current(), NOBODY.slice(0, 10));
    expect(await here.coldRules()).toEqual({ 1001: 'available', 1002: 'away' });
    const another = rulesChanger({ ...here, reader: here.reader(), clock: here.time.clock });
    await another(NOBODY, PLAIN);
    expect(await here.coldRules()).toEqual({ 1001: 'nobody', 1002: 'nobody' });
  });

  test('a change counts for everybody with the next head, and says what it changed', async () => {
    const here = await start();
    const { changed, changes } = await here.change('{"preset":"acd-decides"}', PLAIN);
    expect([changed, changes.map(({ from, to }) => `${from} ${to}`).sort()]).toEqual([
      2,
      ['available anything-else', 'away anything-else'],
    ]);
    expect(await here.coldRules()).toEqual({ 1001: 'anything-else', 1002: 'anything-else' });
    await here.poller()();
    expect((await here.presence.readHead())?.head.rules).toBe(await here.rules.current());
    await here.change(undefined, PLAIN);
    expect(await here.coldRules()).toEqual({ 1001: 'available', 1002: 'away' });
  });

  test('killed before the switch changes nothing; killed after it, the next poll records them', async () => {
    const broken = (rules: RuleStore): RuleStore => ({
      ...rules,
      markCurrent: () => Promise.reject(new StoreUnavailableError('Gone.')),
    });
    const here = await start(broken);
    const failing = rulesChanger({
      ...here,
      rules: { ...here.rules, write: () => Promise.reject(new StoreUnavailableError('Gone.')) },
      reader: here.reader(),
      clock: here.time.clock,
    });
    await expect(failing(NOBODY, PLAIN)).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(await here.coldRules()).toEqual({ 1001: 'available', 1002: 'away' });
    await here.change(NOBODY, PLAIN);
    expect(await here.rules.current()).toBe('');
    await here.poller()();
    expect(await here.rules.current()).toBe((await here.presence.readHead())?.head.rules);
    expect(await here.coldRules()).toEqual({ 1001: 'nobody', 1002: 'nobody' });
  });

  test('two administrators: If-Match of the first version is refused', async () => {
    const here = await start();
    await here.change(NOBODY, { dryRun: false, ifMatch: [''] });
    await expect(here.change(NOBODY, { dryRun: false, ifMatch: [''] })).rejects.toMatchObject({
      code: 'changed_meanwhile',
    });
  });

  test('that would offer calls to people in a call are refused with the count, unless they are meant', async () => {
    const here = await start();
    const nobody = { account: 'account-disabled', objectId: '' } as const;
    await here.map([agent(1), agent(2), agent(3, nobody)], 'g0000000002-test');
    const text = JSON.stringify({ rules: [{ id: 'all', when: [{}], telStatus: 0, reachable: 1 }] });
    const options = { dryRun: false, ifMatch: undefined };
    await expect(here.change(text, options)).rejects.toMatchObject({
      code: 'would_offer',
      message: expect.stringContaining('by these rules 2 agents could'),
    });
    expect((await here.presence.readHead())?.head.rules).toBe('');
    await here.change(text, { ...options, allowCalls: true });
    expect((await here.presence.readHead())?.head.rules).not.toBe('');
  });
});
