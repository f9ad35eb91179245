import { text } from 'node:stream/consumers';
import input from '@inquirer/input';
import password from '@inquirer/password';
import { msalNetwork } from '../../../shared/adapters/entra/msalNetwork.ts';
import { msalSignIn } from '../../../shared/adapters/entra/msalSignIn.ts';
import type { SignInRecord } from '../../../shared/domain/signIn/attemptPolicy.ts';
import { SECRET_NAMES } from '../../../shared/domain/signIn/credentials.ts';
import { ProofError } from '../../../shared/errors/errors.ts';
import { systemTime } from '../../../shared/lib/clock.ts';
import type { SignInLedger } from '../../../shared/ports/signInLedger.ts';
import { cloudSchema, DEFAULT_FRESH_WITHIN_SECONDS } from '../../../shared/settings.ts';
import { acdSetup } from '../../../shared/usecases/doctor/acdSetup.ts';
import { doctorReport } from '../../../shared/usecases/doctor/doctor.ts';
import { IS_REMEMBERED } from '../../../shared/usecases/doctor/refusals.ts';
import { type Check, examine, skipped } from '../../../shared/usecases/doctor/steps.ts';
import { credentialCache } from '../../../shared/usecases/signIn/credentialCache.ts';
import type { Terminal } from '../../command.ts';
import { entraChecks } from './entraChecks.ts';
import { conclude, printAcdSetup, printStep } from './report.ts';

/** What is asked for, under the names of the guide, and whether what is typed is shown. */
const QUESTIONS = [
  ['tenantId', 'Directory (tenant) ID', '', input],
  ['clientId', 'Application (client) ID', '', input],
  ['clientSecret', 'Secret value', '', password],
  ['userEmail', 'User email address', ' (empty: as the application)', input],
  ['userPassword', 'User password', ' (empty: as the application)', password],
] as const;

/** Asks one after the other, the two secret values hidden. @throws AbortPromptError at Ctrl-D, ExitPromptError at Ctrl-C */
async function askAtTerminal({ input: typed, output }: Terminal): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const [field, name, hint, askFor] of QUESTIONS) {
    // A question that is closed without an answer, as by Ctrl-D, pauses what it reads and would be waited for without end.
    const closed = new AbortController();
    const leave = () => closed.abort();
    typed.once('pause', leave);
    const answer = await askFor({ message: `${name}${hint}` }, { input: typed, output, signal: closed.signal });
    typed.off('pause', leave);
    values.set(SECRET_NAMES[field], answer);
  }
  return values;
}

/** The five values; from a pipe they are read line by line. */
async function askValues(terminal: Terminal): Promise<Map<string, string>> {
  const { input: typed } = terminal;
  if (typed.isTTY) return askAtTerminal(terminal);
  const values = new Map<string, string>();
  const lines = (await text(typed)).split(/\r?\n/);
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
    .replaceAll('AUTHORITY_HOST', '--authority')
    .replaceAll('GRAPH_ENDPOINT', '--graph');
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

/**
 * Walks the Entra steps with values that are typed in, before anything is deployed.
 * @param cloud addresses of another cloud than the public one, as they were typed
 * @returns the code to end with
 * @throws Error with one sentence
 */
export async function walkValues(
  cloud: { readonly authority?: string | undefined; readonly graph?: string | undefined },
  terminal: Terminal,
): Promise<number> {
  const { print } = terminal;
  const addresses = cloudSchema.safeParse({ AUTHORITY_HOST: cloud.authority, GRAPH_ENDPOINT: cloud.graph });
  if (!addresses.success) throw new Error(`${asTyped(addresses.error.issues[0]?.message ?? '')}.`);
  const { AUTHORITY_HOST: authorityHost, GRAPH_ENDPOINT: graphEndpoint } = addresses.data;
  const values = await askValues(terminal);
  print('');
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
  const checks = entraChecks(graphEndpoint, { source, signIn, ledger: ledgerOfThisRun() });
  const { state } = doctorReport(await examine(checks.map(beforeDeployment), step => printStep(step, print)));
  // While something fails there is nothing to hand over, and its line stays in sight.
  if (state !== 'failed')
    printAcdSetup({ ...acdSetup('https://YOUR-APP.azurewebsites.net', DEFAULT_FRESH_WITHIN_SECONDS) }, print);
  return conclude(state, print);
}
