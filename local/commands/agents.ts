import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import Table from 'cli-table3';
import type * as z from 'zod';
import { matchReportSchema, uploadReportSchema } from '../../shared/http/contract/schemas/agents.ts';
import type { Command, Terminal } from '../command.ts';
import { resolved } from '../run.ts';
import { askAccepted, DEPLOYED_OPTIONS, DEPLOYED_USAGE, deployedBy } from './deployed.ts';

const USAGE = `npm run agents -- upload FILE --url https://APP.azurewebsites.net --key KEY
npm run agents -- report --url URL --key KEY         what became of every agent, as it is now
npm run agents -- download FILE --url URL --key KEY  the list as a file that uploads unchanged (.csv or .json)
  --dry-run       only show what the upload would do
  --add           add and update; without it the file is the whole list
  --group NAME    the file is the list of this group alone
  --replace-all   it is meant to remove more than half of the agents
  --all           show every row that needs a look, not the first 50
${DEPLOYED_USAGE}`;

const SHOWN_ROWS = 50;
const PENDING_POLL_MS = 5_000;
/** Some minutes; then the report can be asked for later. */
const PENDING_POLLS = 60;

type UploadReport = z.infer<typeof uploadReportSchema>;
type Report = Pick<UploadReport, 'count' | 'mapped' | 'notFound' | 'disabled' | 'pending' | 'attention'>;

interface Options {
  readonly command: string;
  readonly file: string;
  readonly url: string;
  readonly key: string;
  readonly dryRun: boolean;
  readonly add: boolean;
  readonly group: string | undefined;
  readonly replaceAll: boolean;
  readonly all: boolean;
}

/** What was asked for; undefined when it was how the command is used. */
async function readOptions(words: readonly string[], { print }: Terminal): Promise<Options | undefined> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      ...DEPLOYED_OPTIONS,
      group: text,
      'dry-run': flag,
      add: flag,
      'replace-all': flag,
      all: flag,
      help: flag,
    },
  });
  if (values.help) {
    print(USAGE);
    return undefined;
  }
  const [command = '', file = ''] = positionals;
  const { add, group, all } = values;
  if (command === '') throw new Error(USAGE);
  if (!['upload', 'report', 'download'].includes(command)) throw new Error(`There is no "${command}".\n\n${USAGE}`);
  if (command !== 'report' && file === '') throw new Error(`Say the file: npm run agents -- ${command} FILE`);
  const { url, key } = await deployedBy(values, positionals);
  if (add && group !== undefined) throw new Error(`--add and --group do not go together.\n\n${USAGE}`);
  const { 'dry-run': dryRun, 'replace-all': replaceAll } = values;
  return { command, file, url, key, add, group, all, dryRun, replaceAll };
}

function show(report: Report, { all }: Options, { print }: Terminal): void {
  const { count, mapped, notFound, disabled, pending, attention } = report;
  print(`\n  agents ${count}   found ${mapped}   not found ${notFound}   disabled ${disabled}   pending ${pending}`);
  if (attention.length === 0) return;
  const table = new Table({ head: ['line', 'agentId', 'problem', 'what it means'], style: { head: [], border: [] } });
  const rows = all ? attention : attention.slice(0, SHOWN_ROWS);
  for (const { line, agentId, problem, message } of rows)
    table.push([line === 0 ? '' : line, agentId, problem, message]);
  print(`\n${table.toString()}`);
  if (rows.length < attention.length) print(`  and ${attention.length - rows.length} more: --all shows them`);
}

/** Waits until everybody is looked up, and says how many are left. */
async function finished(options: Options, first: Report, { print }: Terminal): Promise<Report> {
  let report = first;
  for (let waits = 0; report.pending > 0 && waits < PENDING_POLLS; waits += 1) {
    print(`  ${report.pending} of ${report.count} agents are still to be looked up …`);
    await setTimeout(PENDING_POLL_MS);
    const now = matchReportSchema.parse(await (await askAccepted(options, '/api/v1/match-report')).json());
    report = now;
    if (now.syncFault !== '') throw new Error(`The list is uploaded, but not everybody is looked up: ${now.syncFault}`);
  }
  if (report.pending > 0) print('  The rest follows by itself: npm run agents -- report');
  return report;
}

async function upload(options: Options, terminal: Terminal): Promise<void> {
  const { print } = terminal;
  const { file, dryRun, add, group, replaceAll } = options;
  const body = await readFile(resolved(file)).catch(() => {
    throw new Error(`The file ${file} cannot be read.`);
  });
  const query = new URLSearchParams();
  if (dryRun) query.set('dryRun', '1');
  if (replaceAll) query.set('replaceAll', '1');
  if (group !== undefined) query.set('group', group);
  print(`${dryRun ? 'Trying' : 'Uploading'} ${file} (${body.length} bytes); looking the agents up takes a while …`);
  const answer = await askAccepted(options, `/api/v1/agents?${query}`, {
    method: add ? 'POST' : 'PUT',
    headers: { 'content-type': file.toLowerCase().endsWith('.json') ? 'application/json' : 'text/csv' },
    body: new Uint8Array(body),
  });
  const report = uploadReportSchema.parse(await answer.json());
  const { added, removed, changed, wouldRefuse, encoding = 'utf-8', ignoredColumns = [] } = report;
  const would = dryRun ? 'would be ' : '';
  print(`  ${would}added ${added}   ${would}removed ${removed}   ${would}changed ${changed}`);
  if (wouldRefuse === 1) print('  That removes more than half of the agents: the upload needs --replace-all.');
  const named = (what: string, agentIds: readonly string[] = []) => {
    if (agentIds.length > 0) print(`  ${what}: ${agentIds.join(', ')}`);
  };
  named('would be new', report.wouldAdd);
  named('would be changed', report.wouldChange);
  named('would be removed', report.wouldRemove);
  named(
    'would be another person',
    report.wouldRemap?.map(({ agentId, from, to }) => `${agentId} (${from} → ${to})`),
  );
  named('would not be read any more', report.wouldBeUnreachable);
  if (encoding !== 'utf-8') print(`  the file was read as ${encoding}`);
  if (ignoredColumns.length > 0) print(`  columns not understood: ${ignoredColumns.join(', ')}`);
  show(dryRun ? report : await finished(options, report, terminal), options, terminal);
  const words = dryRun ? 'Nothing was changed: this was a dry run.' : 'Done.';
  print(`\n${styleText(report.attention.length === 0 ? 'green' : 'yellow', words)}`);
}

async function download(options: Options, { print }: Terminal): Promise<void> {
  const accept = options.file.toLowerCase().endsWith('.json') ? 'application/json' : 'text/csv';
  const answer = await askAccepted(options, '/api/v1/agents', { headers: { accept } });
  await writeFile(resolved(options.file), Buffer.from(await answer.arrayBuffer()));
  print(`Written: ${options.file}`);
}

/**
 * `npm run agents -- upload FILE --url URL --key KEY`: uploads the list of agents and shows what became of it.
 * `npm run agents -- report` and `-- download FILE`: the match report as it is now, and the list as a file.
 */
export const agents: Command = async (words, terminal) => {
  const options = await readOptions(words, terminal);
  if (options === undefined) return 0;
  if (options.command === 'upload') await upload(options, terminal);
  else if (options.command === 'download') await download(options, terminal);
  else
    show(matchReportSchema.parse(await (await askAccepted(options, '/api/v1/match-report')).json()), options, terminal);
  return 0;
};
