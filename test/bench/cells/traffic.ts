import { setTimeout } from 'node:timers/promises';
import type { Traffic } from '../../../local/startStorage.ts';
import { type Bench, bench, pull } from '../measure.ts';
import type { Report } from '../report.ts';

const PEOPLE = 10_000;
const GRAPH_DELAY_MS = 150;
/** Longer than a head is used again. */
const IDLE_MS = 1_000;

/** What some work moves between the app and Table Storage. */
async function moved({ storage }: Bench, work: () => Promise<unknown>): Promise<Traffic> {
  await setTimeout(IDLE_MS);
  const before = storage.traffic();
  await work();
  const after = storage.traffic();
  return { requests: after.requests - before.requests, bytes: after.bytes - before.bytes };
}

/** What polls and pulls cost in requests and bytes, which is what Azure bills. */
export async function traffic(report: Report): Promise<void> {
  const stack = await bench(PEOPLE, { settings: { FRESH_WITHIN_SECONDS: '0' } });
  stack.delayGraph(GRAPH_DELAY_MS);
  const { presence, acd } = stack;
  const pollOfChange = () => {
    stack.move(PEOPLE / 50);
    return stack.poll();
  };
  // The first ones find no document from before that goes with the write.
  for (let cycle = 0; cycle < 3; cycle += 1) await pollOfChange();
  const { etag } = await pull(presence, acd);
  const works: readonly (readonly [string, () => Promise<unknown>, number | undefined])[] = [
    ['a poll, nothing changed', () => stack.poll(), 2],
    ['a poll, 2 % changed', pollOfChange, 2 + Math.ceil(PEOPLE / 650)],
    ['a pull, nothing changed (304)', () => pull(presence, { ...acd, 'if-none-match': etag }), undefined],
    [
      'a hundred pulls at once',
      () => Promise.all(Array.from({ length: 100 }, () => pull(`${presence}?key=1001`, acd))),
      undefined,
    ],
  ];
  for (const [what, work, goal] of works) {
    const { requests, bytes } = await moved(stack, work);
    report({
      what: `${what}, ${PEOPLE} people: requests to the tables`,
      product: requests,
      unit: 'requests',
      ...(goal && { goal }),
    });
    report({ what: '  and bytes, both ways', product: bytes, unit: 'bytes' });
  }
  const list = await pull(presence, acd);
  report({ what: `the full list, ${PEOPLE} people`, product: list.body.length, unit: 'bytes' });
  await stack.close();
}
