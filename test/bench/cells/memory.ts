import { bench, peakMemoryMb, pull } from '../measure.ts';
import type { Report } from '../report.ts';

const PULLERS = 16;
const PULLED_MS = 8_000;
/** As the template sets it for an instance of 512 MB. */
const NODE_OPTIONS = '--max-old-space-size=256 --max-semi-space-size=8';

/** The most memory that the process of the local host takes, with pullers of the full list and a poll in between. */
export async function memory(report: Report): Promise<void> {
  for (const [people, goal] of [[1_500, 300] as const, [10_000, undefined] as const]) {
    const stack = await bench(people, { settings: { NODE_OPTIONS } });
    const started = performance.now();
    let lists = 0;
    const pulling = Array.from({ length: PULLERS }, async () => {
      while (performance.now() < started + PULLED_MS) {
        await pull(stack.presence, stack.acd);
        lists += 1;
      }
    });
    await Promise.all([...pulling, stack.poll()]);
    const pace = Math.round((lists * 1_000) / PULLED_MS);
    report({
      what: `most memory, ${people} people, ${PULLERS} pullers of the full list, ${pace} lists a second`,
      product: peakMemoryMb(stack.host),
      unit: 'MB',
      ...(goal && { goal }),
    });
    await stack.close();
  }
}
