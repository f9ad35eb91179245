import { describe, expect, test } from 'vitest';
import { changedSince, revisionSchema, revisionText } from '../../../../shared/domain/snapshot/revision.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { ADAPTERS, watched } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

describe.each(ADAPTERS)('reading through %s', (_name, create) => {
  test('a clock that steps back keeps nobody from what is published since', async () => {
    const here = world(create(), 1);
    const { time, teams, poller } = here;
    await here.map([agent(1), agent(2)]);
    await poller()();
    const reader = here.reader();
    const shown = async () => (await reader.read()).snapshot.entries.map(({ record }) => record.rule);
    expect(await shown()).toEqual(['available', 'available']);
    time.set(time.clock() - 3_600_000);
    teams.shown.set(guid(1), presence('Busy', 'InACall'));
    await poller()();
    time.advance(600);
    expect(await shown()).toEqual(['in-a-call', 'available']);
  });

  test('a clock that steps back makes nothing younger than it is', async () => {
    const here = world(create(), 1);
    await here.map([agent(1)]);
    await here.poller()();
    const reader = here.reader();
    await reader.read();
    here.time.set(here.time.clock() - 600_000);
    here.time.advance(90_000);
    const { snapshot } = await reader.read();
    expect(snapshot.summary(here.time.clock())).toMatchObject({ ageSeconds: 90, stale: 1 });
    expect(snapshot.entries[0]?.record).toMatchObject({ stale: 1, reachable: 1 });
    here.time.advance(31_000);
    expect((await reader.read()).snapshot.entries[0]?.record).toMatchObject({ rule: 'stale', reachable: 0 });
  });

  test('a fresh reading begins after the one that is under way', async () => {
    const here = world(create());
    await here.map([agent(1)]);
    await here.poller()();
    let release: () => void = () => undefined;
    let held = false;
    const slow = watched(
      here.presence,
      () => undefined,
      async ({ method }) => {
        // The head is read, and its reader has not heard of it yet.
        if (method === 'readHead' && held) await new Promise<void>(resolve => (release = resolve));
      },
    );
    const reader = here.reader(slow);
    await reader.read();
    here.time.advance(300);
    held = true;
    await reader.read();
    held = false;
    here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
    await here.poller()();
    const fresh = reader.read({ fresh: true });
    release();
    expect((await fresh).snapshot.entries[0]?.record.rule).toBe('in-a-call');
  });

  test('whoever has records of another data level is told of everybody', async () => {
    const here = world(create());
    await here.map([agent(1)]);
    await here.poller()();
    const { snapshot: full } = await here.reader().read();
    const known = revisionSchema.parse(revisionText(full));
    expect(changedSince((await here.reader().read()).snapshot, known)).toBeDefined();
    const { snapshot: minimal } = await here.reader(here.presence, 'minimal').read();
    expect(changedSince(minimal, known)).toBeUndefined();
  });
});
