import { readFile } from 'node:fs/promises';
import { parseArgs, styleText } from 'node:util';
import Table from 'cli-table3';
import { PRESETS } from '../../shared/domain/rules/presets.ts';
import { rulesChangedSchema, rulesSchema } from '../../shared/http/contract/schemas/rules.ts';
import type { Command, Terminal } from '../command.ts';
import { resolved } from '../run.ts';
import { askAccepted, DEPLOYED_OPTIONS, DEPLOYED_USAGE, type Deployed, deployedBy } from './deployed.ts';

const USAGE = `npm run rules -- --url URL --key KEY                     the rules in use
npm run rules -- try FILE|PRESET --url URL --key KEY    what others would change
npm run rules -- set FILE|PRESET --url URL --key KEY    makes them the rules
npm run rules -- reset --url URL --key KEY              the default again
  PRESET                  ${Object.keys(PRESETS).join(', ')}
  --allow-calls           it is meant that somebody in a call may be offered another one
  --allow-unknown-values  values that Microsoft does not list are meant
${DEPLOYED_USAGE}`;

/** A table without colours, which a file would not show. */
const PLAIN = { head: [], border: [] };

async function show(deployed: Deployed, { print }: Terminal): Promise<void> {
  const answer = await askAccepted(deployed, '/api/v1/rules');
  const { preset, rules } = rulesSchema.parse(await answer.json());
  const table = new Table({ head: ['rule', 'when', 'telStatus', 'reachable', 'agentStatus'], style: PLAIN });
  for (const { id, when, telStatus, reachable, agentStatus } of rules) {
    const conditions = when.map(condition => JSON.stringify(condition)).join('\nor ');
    table.push([id, conditions === '{}' ? 'anything else' : conditions, telStatus, reachable, agentStatus]);
  }
  print(`${preset === '' ? 'Rules of your own' : `The preset ${preset}`}; the first that fits decides.`);
  print(table.toString());
}

interface RulesChange {
  /** Undefined restores the default. */
  readonly body: string | Buffer | undefined;
  readonly query: string;
}

async function change(deployed: Deployed, { body, query }: RulesChange, { print }: Terminal): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? { method: 'DELETE' } : { method: 'PUT', headers, body };
  const answer = await askAccepted(deployed, `/api/v1/rules?${query}`, init);
  const { dryRun, changed, changes, warnings, wouldRefuse } = rulesChangedSchema.parse(await answer.json());
  const table = new Table({ head: ['agents', 'from', 'to', 'reachable'], style: PLAIN });
  for (const { agents, from, to, reachableFrom, reachableTo } of changes) {
    table.push([agents, from, to, `${reachableFrom} → ${reachableTo}`]);
  }
  if (changes.length > 0) print(table.toString());
  if (wouldRefuse === 1) {
    const sentence = 'By these rules somebody in a call, presenting or not to be disturbed could be offered a call.';
    print(styleText('yellow', `  ${sentence} To set them you need --allow-calls.`));
  }
  for (const warning of warnings) print(styleText('yellow', `  ${warning}`));
  const words =
    dryRun === 1 ? `${changed} agents would change. Nothing was changed.` : `Done: ${changed} agents change.`;
  print(styleText(dryRun === 1 ? 'yellow' : 'green', words));
}

/** What is sent for the name of a preset or of a file, as it is: the connector says what is wrong with it. @throws Error when it is neither */
async function rulesOf(what: string): Promise<string | Buffer> {
  if (Object.hasOwn(PRESETS, what)) return JSON.stringify({ preset: what });
  return readFile(resolved(what)).catch(() => {
    const presets = Object.keys(PRESETS).join(', ');
    throw new Error(`"${what}" is neither a preset (${presets}) nor a file that can be read.`);
  });
}

/**
 * `npm run rules`: the rules in use. `npm run rules -- try FILE|PRESET`: what others would change.
 * `npm run rules -- set FILE|PRESET`: makes them the rules; `reset` restores the default.
 */
export const rules: Command = async (words, terminal) => {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { ...DEPLOYED_OPTIONS, 'allow-calls': flag, 'allow-unknown-values': flag, help: flag },
  });
  const [command = 'show', what = ''] = positionals;
  const known = ['show', 'reset'].includes(command) || (['try', 'set'].includes(command) && what !== '');
  if (values.help || !known) {
    terminal.print(USAGE);
    return values.help ? 0 : 1;
  }
  const deployed = await deployedBy(values, positionals);
  if (command === 'show') {
    await show(deployed, terminal);
    return 0;
  }
  const allowed = [values['allow-calls'] && 'allowCalls=1', values['allow-unknown-values'] && 'allowUnknownValues=1'];
  const query = [command === 'try' && 'dryRun=1', ...allowed].filter(Boolean).join('&');
  const body = command === 'reset' ? undefined : await rulesOf(what);
  await change(deployed, { body, query }, terminal);
  return 0;
};
