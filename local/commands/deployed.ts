import axios from 'axios';
import { failureSchema } from '../../shared/http/contract/schemas/failure.ts';
import { tlsInspectionHint } from '../../shared/lib/tlsInspection.ts';
import { readRun } from '../run.ts';

/** A connector and the key to ask it with. */
export interface Deployed {
  readonly url: string;
  readonly key: string;
}

/** Options of every command that asks a connector. */
export const DEPLOYED_OPTIONS = { url: { type: 'string' }, key: { type: 'string' }, port: { type: 'string' } } as const;
/** What the pages of the commands say of them. */
export const DEPLOYED_USAGE = `Without --url the connector is asked that npm start runs; with --port the one on that port.
The key may stand in the variable PRESENCE_KEY instead: then it is in no history of commands.`;

const LOCAL_PORT = '7071';
/** The doctor tries everything, and an upload has a large tenant listed. */
const LONGEST_READ_MS = 60_000;
const LONGEST_CHANGE_MS = 180_000;
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * The connector that is meant: by --url and --key, or the one that `npm start` runs, on --port.
 * The key of one that is deployed may stand in PRESENCE_KEY instead.
 * @param words what stands beside the options
 * @throws Error with one sentence
 */
export async function deployedBy(
  values: {
    readonly url?: string | undefined;
    readonly key?: string | undefined;
    readonly port?: string | undefined;
  },
  words: readonly string[] = [],
): Promise<Deployed> {
  const address = words.find(word => /^https?:\/\//.test(word));
  if (address !== undefined)
    throw new Error(
      `${address} stands there without --url. In PowerShell write npm.cmd for npm: npm's script there loses the options.`,
    );
  const { url, key = process.env['PRESENCE_KEY'], port = LOCAL_PORT } = values;
  if (url === undefined) {
    const run = await readRun(port);
    return { url: run.url, key: values.key || run.managementKey };
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error(`${url} is not an address: begin with https:// or http://.`);
  if (key === undefined || key === '') throw new Error('Say the management key: --key KEY, or set PRESENCE_KEY.');
  return { url, key };
}

interface AskInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Asks a management route. @throws Error with one sentence */
export async function askDeployed({ url, key }: Deployed, route: string, init: AskInit = {}): Promise<Response> {
  const headers = { 'x-functions-key': key, ...init.headers };
  const limit = new AbortController();
  const { method = 'GET' } = init;
  const timer = setTimeout(() => limit.abort(), method === 'GET' ? LONGEST_READ_MS : LONGEST_CHANGE_MS);
  // As the app asks: fetch would ask a proxy that hangs up again without end.
  const answered = await axios
    .request<ArrayBuffer>({
      url: new URL(route, url).href,
      method,
      headers,
      data: init.body,
      responseType: 'arraybuffer',
      signal: limit.signal,
      validateStatus: null,
    })
    .catch((error: unknown) => {
      // The axios error holds the key in its headers: only its code goes on.
      const code = axios.isAxiosError(error) ? error.code : undefined;
      const through = process.env['HTTPS_PROXY'] || process.env['HTTP_PROXY'] ? ', and the proxy of HTTPS_PROXY' : '';
      throw new Error(`${url} does not answer. Check the address${through}.${tlsInspectionHint(code)}`);
    })
    .finally(() => clearTimeout(timer));
  const { status, data } = answered;
  const answer = new Response(WITHOUT_BODY.has(status) ? null : data, {
    status,
    headers: Object.entries(answered.headers).map(([name, value]): [string, string] => [name, String(value)]),
  });
  if (answer.status === 401) throw new Error('The key is not accepted. Use a management key, not the ACD’s.');
  return answer;
}

/** Parameters of a request, and the options of the commands that say the same. */
const AS_OPTIONS: readonly (readonly [parameter: string, option: string])[] = [
  ['?replaceAll=1', '--replace-all'],
  ['?allowCalls=1', '--allow-calls'],
  ['?allowUnknownValues=1', '--allow-unknown-values'],
  ['The body is empty. Send it with Content-Length, not chunked.', 'The file is empty.'],
];

/** Why a request was refused, in words of the command line; each fault once. */
function refusalOf(body: unknown): string | undefined {
  const failure = failureSchema.safeParse(body);
  if (!failure.success) return undefined;
  const { message, faults = [] } = failure.data;
  const said = (text: string) =>
    AS_OPTIONS.reduce((words, [parameter, option]) => words.replaceAll(parameter, option), text);
  // A single fault stands in the sentence already.
  const listed = faults.length === 1 ? faults.filter(fault => !message.includes(fault)) : faults;
  return [message, ...listed.map(fault => `  ${fault}`)].map(said).join('\n');
}

/** Asks a management route for what it answers when it does as asked. @throws Error with one sentence, in words of the command line */
export async function askAccepted(deployed: Deployed, route: string, init: AskInit = {}): Promise<Response> {
  const answer = await askDeployed(deployed, route, init);
  if (answer.ok) return answer;
  // A gateway in between may answer with a page.
  const refusal = refusalOf(await answer.json().catch(() => undefined));
  throw new Error(refusal ?? `${deployed.url} answered ${answer.status}, and not in its own words.`);
}
