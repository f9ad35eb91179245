import { tlsInspectionHint } from '../shared/lib/tlsInspection.ts';
import { readRun } from './run.ts';

/** A connector and the key to ask it with. */
export interface Deployed {
  readonly url: string;
  readonly key: string;
}

/** Options of every command that asks a connector. */
export const DEPLOYED_OPTIONS = { url: { type: 'string' }, key: { type: 'string' } } as const;

/**
 * The connector that is meant: by --url and --key, or the one that `npm start` runs.
 * The key may stand in PRESENCE_KEY instead: then it is in no history of commands.
 */
export async function deployedBy(values: {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}): Promise<Deployed> {
  const { url, key = process.env['PRESENCE_KEY'] } = values;
  if (url === undefined) {
    const run = await readRun(7071);
    return { url: run.url, key: key || run.managementKey };
  }
  if (!URL.canParse(url)) throw new Error(`${url} is not an address.`);
  if (key === undefined || key === '') throw new Error('Say the management key: --key KEY, or set PRESENCE_KEY.');
  return { url, key };
}

/** Asks a management route. @throws Error with one sentence */
export async function askDeployed({ url, key }: Deployed, route: string, init: RequestInit = {}): Promise<Response> {
  const headers = { 'x-functions-key': key, ...(init.headers as Record<string, string>) };
  const answer = await fetch(new URL(route, url), { ...init, headers }).catch((error: Error) => {
    const { code } = (error.cause ?? {}) as { code?: string };
    throw new Error(`${url} does not answer. Check the address.${tlsInspectionHint(code)}`);
  });
  if (answer.status === 401) throw new Error('The key is not accepted. Use a management key, not the ACD’s.');
  return answer;
}
