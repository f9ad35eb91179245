/** `npm run simulate -- anna InACall`: moves one person of the tenant that `npm start` simulates. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isKnownValue } from '../shared/domain/presence/teamsPresence.ts';

const USAGE = `npm run simulate -- PERSON ACTIVITY [--port N]
  PERSON    a name, its beginning, an e-mail or an agentId
  ACTIVITY  Available, InACall, InAMeeting, Away, DoNotDisturb, Offline, …; auto gives the person back to the day`;

async function controlUrl(port: string): Promise<string> {
  const file = path.join(import.meta.dirname, '..', '.local', `run-${port}.json`);
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as { control: string }).control;
  } catch {
    throw new Error(`Nothing is started on port ${port}. Run npm start first, or say --port as you said it there.`);
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
  const activity = positionals.at(-1);
  const person = positionals.slice(0, -1).join(' ');
  if (activity === undefined || person === '') throw new Error(USAGE);
  const url = `${await controlUrl(values.port)}/move`;
  const body = JSON.stringify({ person, activity });
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(
    () => {
      throw new Error(`What was started on port ${values.port} does not answer. Run npm start again.`);
    },
  );
  const moved = (await answer.json()) as Record<string, string>;
  if (!answer.ok) throw new Error(moved['message']);
  const { displayName, agentId, availability } = moved;
  const acd = agentId ? 'the ACD sees it when it asks, at most 2 s later' : 'no agent stands for this person';
  console.log(`${displayName} ${agentId ? `(${agentId}) ` : ''}is now ${availability} / ${moved['activity']}; ${acd}.`);
  if (!isKnownValue(activity) && activity.toLowerCase() !== 'auto') {
    console.log(`Microsoft does not list "${activity}": the rule anything-else decides.`);
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
