import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agent, guid, presence } from '../support/builders.ts';
import { sampleSize } from '../support/sampleSize.ts';
import { watched } from '../support/stores.ts';
import { world } from '../support/world.ts';

/**
 * Two pollers and a dying one whose calls interleave in any order. Whatever happened, after one cycle of a poller
 * that is left alone, everybody reads what Teams says, and no revision ever went back.
 */
test('whatever the order of their calls, pollers agree with Teams in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('Busy', 'Available', 'Away')), {
        maxLength: 8,
      }),
      fc.integer({ min: 1, max: 14 }),
      async (scheduler, changes, killAt) => {
        const here = world({}, 2);
        await here.map([agent(1), agent(2), agent(3), agent(4)]);
        const ordered = (dies: number) =>
          watched(here.presence, async ({ index }) => {
            if (index >= dies) throw new Error('killed');
            await scheduler.schedule(Promise.resolve());
          });
        const pollers = [
          here.poller(ordered(Number.POSITIVE_INFINITY)),
          here.poller(ordered(Number.POSITIVE_INFINITY)),
          here.poller(ordered(killAt)),
        ];
        const warm = here.reader();
        let revision = 0;
        for (const [index, seen] of changes) {
          here.time.advance(1_000);
          here.teams.shown.set(guid(index), presence(seen));
          const cycles = Promise.allSettled(pollers.map(poll => poll()));
          await scheduler.waitFor(cycles);
          const head = (await here.presence.readHead())?.head;
          expect(head?.revision).toBeGreaterThanOrEqual(revision);
          revision = head?.revision ?? 0;
          await warm.read();
        }
        here.time.advance(10_000);
        const alone = here.poller();
        await alone();
        const truth = Object.fromEntries(
          [1, 2, 3, 4].map(index => [String(1000 + index), here.teams.shown.get(guid(index))?.availability]),
        );
        here.time.advance(1_000);
        for (const reader of [warm, here.reader()]) {
          const { snapshot } = await reader.read();
          expect(
            Object.fromEntries(snapshot.entries.map(({ record }) => [record.agentId, record.teamsAvailability])),
          ).toEqual(truth);
        }
      },
    ),
    { numRuns: sampleSize(50, 2_000) },
  );
});
