/**
 * `npm run doctor -- --url URL --key KEY`: asks a deployed connector how it is.
 * `npm run doctor -- --values`: walks the Entra steps from this machine, before anything is deployed.
 */
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { askDeployed as ask, DEPLOYED_OPTIONS, DEPLOYED_USAGE, deployedBy } from './deployed.ts';
import { conclude, printAcdSetup, printStep } from './doctor/report.ts';
import { useProxy } from './useProxy.ts';

/** How it was called: by npm, or as the one file that a release holds. */
const CALLED = process.argv[1]?.endsWith('.mjs') ? `node ${path.basename(process.argv[1])}` : 'npm run doctor --';
const USAGE = `${CALLED} --url https://APP.azurewebsites.net --key KEY   a deployed connector
${CALLED} --values   the five values, before anything is deployed
  --authority URL, --graph URL   another cloud than the public one
${DEPLOYED_USAGE}`;

const reportSchema = z.object({
  state: z.enum(['ok', 'warning', 'failed']),
  steps: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      status: z.enum(['ok', 'warning', 'failed', 'skipped']),
      seen: z.string(),
      todo: z.string(),
      guide: z.string(),
    }),
  ),
  ageSeconds: z.number().default(0),
  version: z.string().default(''),
  jtel: z.record(z.string(), z.string()),
});

async function askDeployed(url: string, key: string): Promise<number> {
  console.log(`Asking ${url}; this takes some seconds …\n`);
  const answer = await ask({ url, key }, '/api/v1/doctor');
  const body: unknown = await answer.json().catch(() => undefined);
  const parsed = reportSchema.safeParse(body);
  if (!parsed.success) {
    const { message } = (body ?? {}) as { message?: unknown };
    throw new Error(typeof message === 'string' ? message : `${url} answered ${answer.status} and no report.`);
  }
  for (const step of parsed.data.steps) printStep(step);
  if (parsed.data.version !== '') console.log(`\nVersion ${parsed.data.version}`);
  printAcdSetup(parsed.data.jtel);
  const { ageSeconds } = parsed.data;
  if (ageSeconds > 0)
    console.log(`\nExamined ${ageSeconds} s ago. To see what has changed since then, ask again in half a minute.`);
  return conclude(parsed.data.state);
}

async function main(): Promise<number> {
  useProxy();
  // The limits of requests hold no process open; what would end in silence looks like success.
  setInterval(() => undefined, 60_000);
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...DEPLOYED_OPTIONS,
      authority: option,
      graph: option,
      values: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.values) {
    // They load the identity library; who asks a connector does without it.
    const { walkValues } = await import('./doctor/walkValues.ts');
    return walkValues(values);
  }
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { url, key } = await deployedBy(values).catch((error: Error) => {
    throw new Error(`${error.message}\n\n${USAGE}`);
  });
  return askDeployed(url, key);
}

main().then(
  async code => {
    process.exitCode = code;
    // Connections that are kept alive would hold the process open for a while.
    await setTimeout(0);
    process.exit();
  },
  (error: Error) => {
    // Ctrl-C at a question is an answer, not a fault.
    console.error(error.name === 'ExitPromptError' ? 'Cancelled.' : error.message);
    process.exit(1);
  },
);
