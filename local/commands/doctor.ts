import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { Command, Terminal } from '../command.ts';
import { askDeployed as ask, DEPLOYED_OPTIONS, DEPLOYED_USAGE, type Deployed, deployedBy } from './deployed.ts';
import { conclude, printAcdSetup, printStep } from './doctor/report.ts';

/** It is called by npm, or as the one file that a release holds. */
function usage(): string {
  const [, script = ''] = process.argv;
  const called = script.endsWith('.mjs') ? `node ${path.basename(script)}` : 'npm run doctor --';
  return `${called} --url https://APP.azurewebsites.net --key KEY   a deployed connector
${called} --values   the five values, before anything is deployed
  --authority URL, --graph URL   another cloud than the public one
${DEPLOYED_USAGE}`;
}

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

async function askDeployed({ url, key }: Deployed, terminal: Terminal): Promise<number> {
  const { print } = terminal;
  print(`Asking ${url}; this takes some seconds …\n`);
  const answer = await ask({ url, key }, '/api/v1/doctor');
  const body: unknown = await answer.json().catch(() => undefined);
  const parsed = reportSchema.safeParse(body);
  if (!parsed.success) {
    const { message } = (body ?? {}) as { message?: unknown };
    throw new Error(typeof message === 'string' ? message : `${url} answered ${answer.status} and no report.`);
  }
  for (const step of parsed.data.steps) printStep(step, print);
  if (parsed.data.version !== '') print(`\nVersion ${parsed.data.version}`);
  printAcdSetup(parsed.data.jtel, print);
  const { ageSeconds } = parsed.data;
  if (ageSeconds > 0)
    print(`\nExamined ${ageSeconds} s ago. To see what has changed since then, ask again in half a minute.`);
  return conclude(parsed.data.state, print);
}

/**
 * `npm run doctor -- --url URL --key KEY`: asks a deployed connector how it is.
 * `npm run doctor -- --values`: walks the Entra steps from this machine, before anything is deployed.
 */
export const doctor: Command = async (words, terminal) => {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
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
    return walkValues(values, terminal);
  }
  if (values.help) {
    terminal.print(usage());
    return 0;
  }
  const deployed = await deployedBy(values).catch((error: Error) => {
    throw new Error(`${error.message}\n\n${usage()}`);
  });
  return askDeployed(deployed, terminal);
};
