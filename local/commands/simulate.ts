import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { isKnownValue, KNOWN_VALUES } from '../../shared/domain/presence/teamsPresence.ts';
import type { Command, Terminal } from '../command.ts';
import { readRun } from '../run.ts';
import { OUTAGES } from '../tenant/state.ts';

const USAGE_OF_OUTAGE = `npm run simulate -- outage ${OUTAGES.join('|')} on|off`;
const USAGE = `npm run simulate -- PERSON ACTIVITY [--port N]
${USAGE_OF_OUTAGE}
npm run simulate                       who shows what, and which service is out
  PERSON    a name, its beginning, an e-mail or an agentId
  ACTIVITY  Available, InACall, InAMeeting, Away, DoNotDisturb, Offline, …; auto gives the person back to the day`;

/** Of 20,000 people nobody reads the list. */
const MOST_SHOWN = 50;

type Answer = Record<string, unknown>;

async function ask(port: string, path: string, method: string, body?: unknown): Promise<Answer> {
  const { control } = await readRun(port);
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
  const answer = await fetch(`${control}${path}`, init).catch(() => {
    throw new Error(`What was started on port ${port} does not answer. Run npm start again.`);
  });
  const json = (await answer.json()) as Answer;
  if (!answer.ok) throw new Error(String(json['message']));
  return json;
}

interface Tenant {
  readonly people: readonly Record<string, string>[];
  readonly outages: readonly string[];
}

/** What was fetched before an outage serves on: these are not seen in the answers at once. */
const SEEN_BY: Readonly<Record<string, string>> = {
  entra: 'The token that is held serves for up to an hour; npm run doctor shows the outage now',
  vault: 'The values that are known serve on; npm run doctor shows the outage now',
};
const ending = (service: string) => `npm run simulate -- outage ${service} off`;
const outageLine = (service: string) => `${service} is out; ${ending(service)} ends it.`;

async function list(port: string, { print }: Terminal): Promise<void> {
  const { people, outages } = (await ask(port, '/people', 'GET')) as unknown as Tenant;
  const table = new Table({ head: ['agentId', 'name', 'availability', 'activity'], style: { head: [], border: [] } });
  for (const { agentId = '', displayName = '', availability = '', activity = '' } of people.slice(0, MOST_SHOWN)) {
    table.push([agentId, displayName, availability, activity]);
  }
  print(table.toString());
  if (people.length > MOST_SHOWN) print(`and ${people.length - MOST_SHOWN} more`);
  for (const service of outages) print(outageLine(service));
}

async function outage(port: string, [service = '', word = '']: readonly string[], { print }: Terminal): Promise<void> {
  if (service === '') {
    const { outages } = (await ask(port, '/people', 'GET')) as unknown as Tenant;
    if (outages.length === 0) print(`No service is out. One goes out with: ${USAGE_OF_OUTAGE}`);
    for (const service of outages) print(outageLine(service));
    return;
  }
  if (!(OUTAGES as readonly string[]).includes(service))
    throw new Error(`"${service}" is none of the services ${OUTAGES.join(', ')}: ${USAGE_OF_OUTAGE}`);
  if (word !== 'on' && word !== 'off') throw new Error(`Say on or off, not "${word}": ${USAGE_OF_OUTAGE}`);
  await ask(port, '/outage', 'PUT', { service, out: word === 'on' });
  print(
    word === 'on'
      ? `${service} is out now. ${SEEN_BY[service] ?? 'Ask as before'}; ${ending(service)} ends it.`
      : `${service} serves again.`,
  );
}

/** Without these nothing new is seen; without the others a token and the values serve on. */
const HIDING: ReadonlySet<string> = new Set(['graph', 'tables']);

async function move(port: string, words: readonly string[], { print }: Terminal): Promise<void> {
  const activity = words.at(-1) ?? '';
  const person = words.slice(0, -1).join(' ');
  if (person === '') throw new Error(USAGE);
  const moved = await ask(port, '/move', 'POST', { person, activity });
  const { displayName, agentId, availability } = moved;
  const { outages } = (await ask(port, '/people', 'GET')) as unknown as Tenant;
  const hiding = outages.find(service => HIDING.has(service));
  const seen =
    hiding === undefined
      ? 'the ACD sees it when it asks, at most 2 s later'
      : `${hiding} is out: the ACD sees it at most 2 s after ${ending(hiding)}`;
  const acd = agentId ? seen : 'no agent stands for this person';
  print(`${displayName} ${agentId ? `(${agentId}) ` : ''}is now ${availability} / ${moved['activity']}; ${acd}.`);
  if (!isKnownValue(activity, 'activity') && activity.toLowerCase() !== 'auto') {
    print(`Microsoft does not list "${activity}", so the rule anything-else decides. It lists:`);
    print(`  ${KNOWN_VALUES.join(', ')}`);
  }
}

/**
 * `npm run simulate -- anna InACall`: moves one person of the tenant that `npm start` simulates.
 * `npm run simulate -- outage graph on`: rehearses an outage. Without arguments: who shows what.
 */
export const simulate: Command = async (words, terminal) => {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { port: { type: 'string', default: '7071' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    terminal.print(USAGE);
    return 0;
  }
  const [first, ...rest] = positionals;
  if (first === undefined) await list(values.port, terminal);
  else if (first === 'outage') await outage(values.port, rest, terminal);
  else await move(values.port, positionals, terminal);
  return 0;
};
