/**
 * `npm run simulate -- anna InACall`: moves one person of the tenant that `npm start` simulates.
 * `npm run simulate -- outage graph on`: rehearses an outage. Without arguments: who shows what.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { isKnownValue, KNOWN_VALUES } from '../shared/domain/presence/teamsPresence.ts';
import { readRun } from './run.ts';
import { OUTAGES } from './tenant/state.ts';

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
const endOf = (service: string) => `npm run simulate -- outage ${service} off`;

async function list(port: string): Promise<void> {
  const { people, outages } = (await ask(port, '/people', 'GET')) as unknown as Tenant;
  const table = new Table({ head: ['agentId', 'name', 'availability', 'activity'], style: { head: [], border: [] } });
  for (const { agentId = '', displayName = '', availability = '', activity = '' } of people.slice(0, MOST_SHOWN)) {
    table.push([agentId, displayName, availability, activity]);
  }
  console.log(table.toString());
  if (people.length > MOST_SHOWN) console.log(`and ${people.length - MOST_SHOWN} more`);
  showOutages(outages);
}

function showOutages(outages: readonly string[]): void {
  for (const service of outages) console.log(`${service} is out; ${endOf(service)} ends it.`);
}

async function outage(port: string, service: string, word: string): Promise<void> {
  if (service === '') {
    const { outages } = (await ask(port, '/people', 'GET')) as unknown as Tenant;
    if (outages.length === 0) console.log(`No service is out. One goes out with: ${USAGE_OF_OUTAGE}`);
    return showOutages(outages);
  }
  if (!(OUTAGES as readonly string[]).includes(service))
    throw new Error(`"${service}" is none of the services ${OUTAGES.join(', ')}: ${USAGE_OF_OUTAGE}`);
  if (word !== 'on' && word !== 'off') throw new Error(`Say on or off, not "${word}": ${USAGE_OF_OUTAGE}`);
  await ask(port, '/outage', 'PUT', { service, out: word === 'on' });
  console.log(
    word === 'on'
      ? `${service} is out now. ${SEEN_BY[service] ?? 'Ask as before'}; ${endOf(service)} ends it.`
      : `${service} serves again.`,
  );
}

/** Without these nothing new is seen; without the others a token and the values serve on. */
const HIDING: ReadonlySet<string> = new Set(['graph', 'tables']);

async function move(port: string, person: string, activity: string): Promise<void> {
  const moved = await ask(port, '/move', 'POST', { person, activity });
  const { displayName, agentId, availability } = moved;
  const { outages } = (await ask(port, '/people', 'GET')) as unknown as Tenant;
  const hiding = outages.find(service => HIDING.has(service));
  const seen =
    hiding === undefined
      ? 'the ACD sees it when it asks, at most 2 s later'
      : `${hiding} is out: the ACD sees it at most 2 s after ${endOf(hiding)}`;
  const acd = agentId ? seen : 'no agent stands for this person';
  console.log(`${displayName} ${agentId ? `(${agentId}) ` : ''}is now ${availability} / ${moved['activity']}; ${acd}.`);
  if (!isKnownValue(activity, 'activity') && activity.toLowerCase() !== 'auto') {
    console.log(`Microsoft does not list "${activity}", so the rule anything-else decides. It lists:`);
    console.log(`  ${KNOWN_VALUES.join(', ')}`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: '7071' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [first = '', second = '', third = ''] = positionals;
  if (positionals.length === 0) return list(values.port);
  if (first === 'outage') return outage(values.port, second, third);
  const activity = positionals.at(-1) ?? '';
  const person = positionals.slice(0, -1).join(' ');
  if (person === '') throw new Error(USAGE);
  return move(values.port, person, activity);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
