/**
 * `npm run doctor -- --url URL --key KEY`: asks a deployed connector how it is.
 * `npm run doctor -- --values`: walks the Entra steps from this machine, before anything is deployed.
 */
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import input from '@inquirer/input';
import password from '@inquirer/password';
import * as z from 'zod';
import { msalNetwork } from '../shared/adapters/entra/msalNetwork.ts';
import { msalSignIn } from '../shared/adapters/entra/msalSignIn.ts';
import { graphClient } from '../shared/adapters/graph/graphClient.ts';
import { graphPasswordPolicy } from '../shared/adapters/graph/graphPasswordPolicy.ts';
import { graphPeopleProbe } from '../shared/adapters/graph/graphPeopleProbe.ts';
import { graphPresenceSource } from '../shared/adapters/graph/graphPresenceSource.ts';
import { graphQuestions } from '../shared/adapters/graph/graphQuestions.ts';
import type { SignInRecord } from '../shared/domain/signIn/attemptPolicy.ts';
import { SECRET_NAMES } from '../shared/domain/signIn/credentials.ts';
import { ProofError } from '../shared/errors/errors.ts';
import { systemTime } from '../shared/lib/clock.ts';
import type { SignInLedger } from '../shared/ports/signInLedger.ts';
import { cloudSchema } from '../shared/settings.ts';
import { acdSetup } from '../shared/usecases/doctor/acdSetup.ts';
import { permissionChecks } from '../shared/usecases/doctor/permissionChecks.ts';
import { IS_REMEMBERED } from '../shared/usecases/doctor/refusals.ts';
import { doctorReport } from '../shared/usecases/doctor/runDoctor.ts';
import { signInChecks } from '../shared/usecases/doctor/signInChecks.ts';
import { type Check, examine, type Step, type StepStatus, skipped } from '../shared/usecases/doctor/steps.ts';
import { credentialCache } from '../shared/usecases/signIn/credentialCache.ts';
import { expiryForecast } from '../shared/usecases/signIn/expiryForecast.ts';
import { tokenProvider } from '../shared/usecases/signIn/tokenProvider.ts';
import { askDeployed as ask, DEPLOYED_OPTIONS, DEPLOYED_USAGE, deployedBy } from './deployed.ts';
import { useProxy } from './proxy.ts';

/** How it was called: by npm, or as the one file that a release holds. */
const CALLED = process.argv[1]?.endsWith('.mjs') ? `node ${path.basename(process.argv[1])}` : 'npm run doctor --';
const USAGE = `${CALLED} --url https://APP.azurewebsites.net --key KEY   a deployed connector
${CALLED} --values   the five values, before anything is deployed
  --authority URL, --graph URL   another cloud than the public one
${DEPLOYED_USAGE}`;

/** As long as nobody has set another schedule. */
const LAG_SECONDS = 2;

const MARKS = {
  ok: ['green', '✔', 'ok'],
  warning: ['yellow', '!', 'warning'],
  failed: ['red', '✘', 'failed'],
  skipped: ['gray', '-', 'skipped'],
} as const satisfies Record<StepStatus, readonly [string, string, string]>;

/** What is asked for, under the names of the guide, and whether what is typed is shown. */
const QUESTIONS = [
  ['tenantId', 'Directory (tenant) ID', '', input],
  ['clientId', 'Application (client) ID', '', input],
  ['clientSecret', 'Secret value', '', password],
  ['userEmail', 'User email address', ' (empty: as the application)', input],
  ['userPassword', 'User password', ' (empty: as the application)', password],
] as const;

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

function print({ status, title, seen, todo, guide }: Step): void {
  const [colour, mark, word] = MARKS[status];
  console.log(`${styleText(colour, `${mark} ${word.padEnd(7)}`)} ${title}: ${seen}`);
  const section = guide === '' ? '' : ` (guide: ${guide})`;
  if (todo !== '') console.log(`            ${styleText('bold', 'next')} ${todo}${section}`);
}

function printHandover(block: Readonly<Record<string, string>>): void {
  console.log(`\n${styleText('bold', 'For the administrator of the ACD')}`);
  for (const [name, value] of Object.entries(block)) console.log(`  ${name.padEnd(10)} ${value}`);
}

function conclude(state: 'ok' | 'warning' | 'failed'): number {
  const words = {
    ok: 'Everything is well.',
    warning: 'It works; see the warnings.',
    failed: 'Not everything works: do what stands behind "next".',
  };
  console.log(`\n${styleText(MARKS[state][0], words[state])}`);
  return state === 'failed' ? 1 : 0;
}

async function askDeployed(url: string, key: string): Promise<number> {
  console.log(`Asking ${url}; this takes some seconds …\n`);
  const answer = await ask({ url, key }, '/api/v1/doctor');
  const body: unknown = await answer.json().catch(() => undefined);
  const parsed = reportSchema.safeParse(body);
  if (!parsed.success) {
    const { message } = (body ?? {}) as { message?: unknown };
    throw new Error(typeof message === 'string' ? message : `${url} answered ${answer.status} and no report.`);
  }
  for (const step of parsed.data.steps) print(step);
  if (parsed.data.version !== '') console.log(`\nVersion ${parsed.data.version}`);
  printHandover(parsed.data.jtel);
  const { ageSeconds } = parsed.data;
  if (ageSeconds > 0)
    console.log(`\nExamined ${ageSeconds} s ago. To see what has changed since then, ask again in half a minute.`);
  return conclude(parsed.data.state);
}

/** The five values, the two secret ones hidden; from a pipe they are read line by line. */
async function askValues(): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  if (process.stdin.isTTY) {
    for (const [field, name, hint, askFor] of QUESTIONS)
      values.set(SECRET_NAMES[field], await askFor({ message: `${name}${hint}` }));
    return values;
  }
  const lines = (await text(process.stdin)).split(/\r?\n/);
  for (const [index, [field]] of QUESTIONS.entries()) values.set(SECRET_NAMES[field], lines[index] ?? '');
  // What was cut must not be tried: a wrong password counts.
  if (lines.slice(QUESTIONS.length).some(line => line.trim() !== ''))
    throw new Error(`There are more lines than the ${QUESTIONS.length} values: one of them holds a line break.`);
  return values;
}

/** A sentence about values of the vault, said of what was typed in instead. */
function asTyped(sentence: string): string {
  const said = sentence
    .replaceAll('Key Vault secret ', '')
    .replaceAll(' in the vault', '')
    .replace(/\bStore\b/g, 'Give')
    .replace(/\bstore\b/g, 'give')
    .replace('it is not tried again before', 'each run of this command is an attempt')
    .replaceAll('AUTHORITY_HOST', '--authority');
  return QUESTIONS.reduce((text, [field, name]) => text.replaceAll(SECRET_NAMES[field], `"${name}"`), said);
}

/** A step as it can be told before there is a vault: what only the vault knows is left out, and names are those asked for. */
function beforeDeployment(check: Check): Check {
  return {
    ...check,
    async run(examination) {
      const finding = await check.run(examination);
      if (check.id === 'vault' && finding.status === 'ok') return skipped('not there yet: the values were typed in');
      if (finding.status === 'warning' && finding.seen.startsWith('unknown:'))
        return skipped('not known here: say the date when you store the value');
      // Nothing is remembered from one run to the next here.
      const todo = finding.todo.replace(IS_REMEMBERED, 'Then run the doctor again.');
      return { ...finding, seen: asTyped(finding.seen), todo: asTyped(todo) };
    },
  };
}

/** Nothing is deployed yet, so nobody else can be trying: the claim lives as long as this run. */
function ledgerOfThisRun(): SignInLedger {
  let stored: { record: SignInRecord; etag: string } | undefined;
  return {
    read: async () => stored,
    async write(record) {
      stored = { record, etag: '' };
      return '';
    },
  };
}

async function walkValues(authorityHost: string, graphEndpoint: string): Promise<number> {
  const values = await askValues();
  console.log('');
  const store = {
    async read(name: string) {
      const value = values.get(name) ?? '';
      return value === '' ? undefined : { value, version: '1', expiresAt: undefined };
    },
  };
  const source = credentialCache(store, systemTime, 0);
  const assertion = () =>
    Promise.reject(
      new ProofError('There is no secret value, and the managed identity can only be tried once it is deployed.'),
    );
  const signIn = msalSignIn({ authorityHost, graphEndpoint, network: msalNetwork(), assertion });
  const tokens = tokenProvider({ source, signIn, ledger: ledgerOfThisRun(), ...systemTime });
  const graph = graphClient(graphEndpoint, Date.now);
  const forecast = expiryForecast(
    graphPasswordPolicy(graphQuestions(graph, tokens, 'directory')),
    systemTime.monotonic,
  );
  const checks = [
    ...signInChecks({ source, tokens, forecast, clock: Date.now, vaultName: 'VAULT' }),
    ...permissionChecks({
      tokens,
      people: graphPeopleProbe(graph),
      presence: graphPresenceSource(graph),
      readsGroups: false,
    }),
  ];
  const { state } = doctorReport(await examine(checks.map(beforeDeployment), print));
  // While something fails there is nothing to hand over, and its line stays in sight.
  if (state !== 'failed') printHandover({ ...acdSetup('https://YOUR-APP.azurewebsites.net', LAG_SECONDS) });
  return conclude(state);
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
    const cloud = cloudSchema.safeParse({ AUTHORITY_HOST: values.authority, GRAPH_ENDPOINT: values.graph });
    if (!cloud.success) throw new Error(`${cloud.error.issues[0]?.message}.\n\n${USAGE}`);
    return walkValues(cloud.data.AUTHORITY_HOST, cloud.data.GRAPH_ENDPOINT);
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
