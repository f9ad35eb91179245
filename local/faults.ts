/** Writes docs/faults.md from what the fault matrix saw (`npm run faults`); `--check` only compares. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

const ROOT = path.resolve(import.meta.dirname, '..');
const RESULTS = path.join(ROOT, '.local', 'test', 'faults');
const PAGE = path.join(ROOT, 'docs', 'faults.md');

const rowsSchema = z.array(
  z.object({
    service: z.string(),
    fault: z.string(),
    told: z.string(),
    health: z.string(),
    logged: z.string(),
    after: z.string(),
  }),
);
type Row = z.infer<typeof rowsSchema>[number];

const INTRODUCTION = `# What the ACD is told when something fails

Each row was run against the built app in the local host, with the simulated tenant over TLS and Azurite. An agent is
free. The fault begins, and she takes a call. The connector polls, and the ACD asks for her. Then the fault ends.
Every answer came with status 200 and with the true age of what it said, within 4.5 seconds: a read waits three at most,
the rest was allowed to a machine that was busy. "Fresh when asked" is off, so that each poll is the timer's. It is on
where a row says so: there the first question polls, and its answer came within two seconds.

\`npm run faults\` runs the rows and writes this page; the gate fails when the page differs from what it saw.

- **Told: the call**: the ACD hears of the call at once, as if nothing had happened.
- **Told: the last state**: what Teams said last, with its age. \`stale\` becomes 1 after \`STALE_AFTER_SECONDS\`,
  \`known\` becomes 0 and \`reachable\` 0 after \`UNKNOWN_AFTER_SECONDS\`.
- **Told: then stale, then unknown**: the fault lasted until that was so, with \`STALE_AFTER_SECONDS\` 4 and
  \`UNKNOWN_AFTER_SECONDS\` 16.
- **Told: unknown**: \`known\` is 0 and \`reachable\` is 0.
- **Health** is what \`/api/v1/health\` says during the fault, with the cause in words.
- **Afterwards** is how long after the fault the ACD was told of the call, and what the connector still remembers; with a
  time, health was ok again by then.
- **Logged** are the codes of \`poll.failed\` in the log; empty where the poll met no fault.
`;
const REST = `
## What other tests cover

- Such deaths, two pollers and lost documents at each call of the use cases, with uploads in between, in memory and on
  Azurite: \`test/contract\`.
- Several instances with clocks that differ, calls that fail, hang or answer late, in random order:
  \`npm run test:faults\` runs 10,000 schedules.
- Refusals of Entra, one by one: \`test/integration/adapters/entra/msalSignIn.test.ts\` and \`test/integration/refusals.test.ts\`.
`;

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function section(service: string, rows: readonly Row[]): string {
  const head = [line(['Fault', 'Told', 'Health', 'Logged', 'Afterwards']), line(['---', '---', '---', '---', '---'])];
  const body = rows.map(({ fault, told, health, logged, after }) => line([fault, told, health, logged, after]));
  return `\n## ${service}\n\n${[...head, ...body].join('\n')}\n`;
}

async function readRows(): Promise<Row[]> {
  const files = (await readdir(RESULTS)).filter(name => name.endsWith('.json')).sort();
  const all = files.map(async name => rowsSchema.parse(JSON.parse(await readFile(path.join(RESULTS, name), 'utf8'))));
  return (await Promise.all(all)).flat();
}

const byService = Map.groupBy(await readRows(), ({ service }) => service);
const page = INTRODUCTION + [...byService].map(([service, rows]) => section(service, rows)).join('') + REST;
if (!process.argv.includes('--check')) await writeFile(PAGE, page);
else if ((await readFile(PAGE, 'utf8')) !== page) {
  console.error('docs/faults.md differs from what the fault matrix saw. Run: npm run faults');
  process.exitCode = 1;
}
