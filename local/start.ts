/** `npm start`: the whole product on this machine, with simulated people. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { styleText } from 'node:util';
import * as z from 'zod';
import type { AgentEntry } from '../shared/domain/agents/agent.ts';
import { readAgentFile } from '../shared/domain/agents/agentFile.ts';
import { AgentsChangeRefused } from '../shared/errors/errors.ts';
import { LOOPBACK } from '../shared/lib/storageConnection.ts';
import { outsideAddresses } from './addresses.ts';
import { LOCAL, type Run, resolved, runFile } from './run.ts';
import type { Stack } from './stack.ts';
import { type Options, readOptions, SAMPLE_SIZE } from './startOptions.ts';
import { agentsCsv } from './tenant/people.ts';

const SAMPLE = path.join(import.meta.dirname, 'sample-agents.csv');
const SHOWN_FINDINGS = 5;
const FIRST_POLL_LOOKS = 20;
/** Addresses on which nobody else can reach us. */
const OWN: readonly string[] = [...LOOPBACK, '::1'];

const reportSchema = z.object({
  message: z.string().default(''),
  faults: z.array(z.string()).default([]),
  count: z.number().default(0),
  mapped: z.number().default(0),
  encoding: z.string().default('utf-8'),
  ignoredColumns: z.array(z.string()).default([]),
  attention: z.array(z.object({ agentId: z.string(), message: z.string() })).default([]),
});

/** @throws Error with every fault on a line of its own */
function notAccepted(status: number, message: string, faults: readonly string[]): Error {
  return new Error(
    `The agents were not accepted (${status}): ${message}${faults.map(fault => `\n  ${fault}`).join('')}`,
  );
}

interface AgentList {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly kind: 'csv' | 'json';
  readonly entries: readonly AgentEntry[];
}

/** What stands in a file. @throws Error when it is no list */
async function listOf(bytes: Uint8Array, kind: AgentList['kind']): Promise<AgentList> {
  try {
    const { entries: rows } = await readAgentFile(bytes, kind);
    const entries = rows.map(({ entry }) => entry);
    return { body: new Uint8Array(bytes), kind, entries };
  } catch (error) {
    throw error instanceof AgentsChangeRefused ? notAccepted(400, error.message, error.faults) : error;
  }
}

/** The list to upload; undefined when it has to be made from the simulated people. @throws Error when it is no list */
async function readAgents({ agents, people }: Options): Promise<AgentList | undefined> {
  if (agents === undefined) return people === SAMPLE_SIZE ? listOf(await readFile(SAMPLE), 'csv') : undefined;
  // npm runs a script in the project's folder; the file is meant from where the user stands.
  const body = await readFile(resolved(agents)).catch(() => {
    throw new Error(`The file ${agents} cannot be read.`);
  });
  return listOf(body, agents.toLowerCase().endsWith('.json') ? 'json' : 'csv');
}

/** Uploads the agents, says what became of them, and gives the first agentId. */
async function upload({ host, tenant }: Stack, { body, kind, entries }: AgentList): Promise<string | undefined> {
  const type = kind === 'json' ? 'application/json' : 'text/csv';
  const headers = { 'x-functions-key': host.keys.management, 'content-type': type };
  const answer = await fetch(`${host.url}/api/v1/agents`, { method: 'PUT', headers, body });
  const report = reportSchema.parse(await answer.json());
  if (!answer.ok) throw notAccepted(answer.status, report.message, report.faults);
  console.log(`  agents uploaded: ${report.count}, found in the tenant: ${report.mapped}`);
  if (report.encoding !== 'utf-8') console.log(`  the file was read as ${report.encoding}`);
  if (report.ignoredColumns.length > 0) console.log(`  columns not understood: ${report.ignoredColumns.join(', ')}`);
  for (const { agentId, message } of report.attention.slice(0, SHOWN_FINDINGS))
    console.log(`    ${agentId}: ${message}`);
  tenant.state.assignAgents(entries);
  return entries[0]?.agentId;
}

/** Polls, so that the first answer is not "never seen". A poll that is under way began before the upload. */
async function firstPoll({ host }: Stack): Promise<void> {
  const { firePoll } = await import('./stack.ts');
  // It waits for its turn behind that one.
  await firePoll(host);
  for (let look = 0; look < FIRST_POLL_LOOKS; look += 1) {
    await setTimeout(600);
    const answer = await fetch(`${host.url}/api/v1/presence`, { headers: { 'x-functions-key': host.keys.acd } });
    const { records } = (await answer.json()) as { records: readonly { readonly rule: string }[] };
    if (!records.some(({ rule }) => rule === 'never-seen')) return;
  }
}

function routeLines({ host }: Stack): string {
  const keyOf = (name: string, authLevel: string) =>
    authLevel === 'anonymous' ? 'no key' : name === 'presence' ? host.keys.acd : host.keys.management;
  const rows = host.routes.map(({ name, methods, template, authLevel }) => [
    methods.join(' '),
    `/${template}`,
    keyOf(name, authLevel),
  ]);
  const width = (column: number) => Math.max(...rows.map(row => row[column]?.length ?? 0));
  return rows
    .map(([methods = '', route = '', key]) => `  ${methods.padEnd(width(0))}  ${route.padEnd(width(1))}  ${key}`)
    .join('\n');
}

function explain(stack: Stack, { people, speed, host: address }: Options, agentId: string | undefined): void {
  const bold = (text: string) => styleText('bold', text);
  const { url, port, keys } = stack.host;
  const portOption = port === 7071 ? '' : ` --port ${port}`;
  if (!OWN.includes(address)) {
    const warning = `Attention: ${address} can be reached by others. The keys below are all that protects it.`;
    console.log(styleText('yellow', `\n  ${warning}`));
    for (const outside of outsideAddresses(address))
      console.log(`  Others, such as an ACD, reach it at http://${outside}:${port}`);
  }
  const question =
    agentId === undefined
      ? styleText('yellow', 'Nobody is mapped: the file holds no agent. Upload one, or start without --agents.')
      : `${bold('Ask for one agent')}
  curl -s -H "x-functions-key: ${keys.acd}" "${url}/api/v1/presence?key=${agentId}"

  ${bold('Move one')}, in a second terminal; the answer shows it, at most 2 s later
  npm run simulate -- ${agentId} InACall${portOption}

  ${bold('Look at everybody')}, with the key of the ACD or of the administrator
  ${url}/api/board

  ${bold('See whether all is well')}
  npm run doctor -- --url ${url} --key ${keys.management}`;
  console.log(`
  ${bold('Simulated')}  Entra, Microsoft Graph, Key Vault and the managed identity; ${people} people, their day at ${speed} times the speed
  ${bold('Real')}       the built app, its HTTP contract and its keys, Azurite's tables

  ${bold(url)}
${routeLines(stack)}

  ${question}

  Ctrl-C ends everything. More: npm start -- --help`);
}

/** npm that is killed takes no one with it: when this process was its child and is no more, it ends as well. */
function endWithNpm(end: () => void): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 500).unref();
}

/** Made once on this machine, so that the keys are the same at every start. */
async function ownSecret(): Promise<string> {
  const file = path.join(LOCAL, 'keys');
  try {
    return await readFile(file, 'utf8');
  } catch {
    const secret = randomBytes(20).toString('hex');
    await writeFile(file, secret, { mode: 0o600 });
    return secret;
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  const agents = await readAgents(options);
  console.log('Starting the storage, the simulated tenant and the local Functions host …');
  const { people, seed, speed, port, host: address, verbose } = options;
  await mkdir(LOCAL, { recursive: true });
  const keySecret = options.key ?? (await ownSecret());
  // What cannot be started is refused before the services are loaded.
  const { startStack } = await import('./stack.ts');
  const stack = await startStack({ people, seed, speed, port, address, verbose, keySecret });
  const runs = runFile(stack.host.port);

  let ending: Promise<void> | undefined;
  const end = (code: number) => {
    ending ??= (async () => {
      await stack.close();
      await rm(runs, { force: true });
      process.exit(code);
    })();
    return ending;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
  endWithNpm(() => end(0));
  stack.host.ended.then(code => {
    if (ending === undefined) console.error(`The local host ended by itself (${code}).`);
    return end(code);
  });

  try {
    const run: Run = {
      control: stack.tenant.controlUrl,
      url: stack.host.url,
      managementKey: stack.host.keys.management,
    };
    await writeFile(runs, JSON.stringify(run), { mode: 0o600 });
    const made = () => listOf(Buffer.from(agentsCsv(stack.tenant.state.people)), 'csv');
    const agentId = await upload(stack, agents ?? (await made()));
    await firstPoll(stack);
    explain(stack, options, agentId);
  } catch (error) {
    // Ctrl-C during the start: what was under way fails, and nobody wants to know.
    if (ending === undefined) console.error((error as Error).message);
    await end(1);
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
