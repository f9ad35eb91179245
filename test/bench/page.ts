import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CELLS, type CellName } from './cells.ts';
import { type Row, rowCells } from './report.ts';

const PAGE = path.join(import.meta.dirname, '..', '..', 'docs', 'performance.md');

const INTRODUCTION = `# Performance

Measured and written by \`npm run bench -- --page\`, in one run on a machine with 2 cores that ran everything at once: the app in the local host, Azurite, the simulated tenant and those who ask. Times on another machine differ; the ratios and the ways in which costs grow do not. \`npm run bench -- pulls outages\` runs some of it, \`.local/bench.json\` has the numbers. Microsoft's own delay between a change in Teams and Graph, which nobody can measure from outside, comes on top of all of it.
`;

/** The heading of each table, and why nothing can be much faster. */
const TEXTS: Readonly<Record<CellName, readonly [title: string, floor: string]>> = {
  coldStart: [
    'Start of a new process',
    'Most of the load is the parser of JavaScript and the SDKs of Azure and MSAL, which serve the first request already.',
  ],
  pulls: [
    'Answers',
    'Beside a function in the same host that answers a constant: that is the floor. A record is serialised when it changes, and the text of the list is kept until one does: a list costs its bytes. A new instance reads the list of agents row by row.',
  ],
  cycles: [
    'Polls of the timer',
    'The floor is one round to Graph, because all requests of 650 people each are under way at once, and the writes of the same documents by a program that does nothing else. What is above it is the JSON of everybody, written by the simulated tenant and read by the product on the same cores.',
  ],
  otherWays: [
    'Beside other ways to do it',
    'A request for 650 people is the most that Graph takes, a row for them the most that one write holds.',
  ],
  rowsEach: [
    'A document for each shard, beside a row for each person',
    'The tables take and give one row for 650 people. A cycle in which few changed writes that row anew: about as much work as writing those few.',
  ],
  traffic: [
    'Requests and bytes',
    'A quiet poll reads one row and writes one, however many people there are; a changed one writes one row more for each 650 people among whom somebody moved. All pulls of half a second share one read.',
  ],
  growth: [
    'How costs grow with people',
    'Requests to Graph and bytes grow with people, one request for 650; the time of a poll hardly does while its requests run at once. With those who ask grows nothing but the answers themselves, with the interval the number of polls.',
  ],
  load: [
    'Two hundred pulls a second',
    'Conditional pulls over 64 connections while the data is renewed every second, beside as many of a constant. The requests to Graph follow from the data, not from those who ask.',
  ],
  freshness: [
    'From a change in Teams to the answer',
    'The floor: data is renewed when it is a second old (`FRESH_WITHIN_SECONDS` / 2), the request to Graph takes its time, and the client asks every 0.25 s. The goal for requests is half of what Microsoft allows.',
  ],
  outages: [
    'When Graph fails',
    '5,000 people and a question every 0.1 s. One question waits for the request that finds out; the others do not.',
  ],
  memory: [
    'Memory',
    'The process of the local host, which is host and worker in one, with the limits that the template sets for 512 MB: a heap of 256 MB, 8 MB for what is young. For more than 5,000 people take an instance of 2 GB. On Azure the limits are arguments of the worker (`languageWorkers__node__arguments`), for which the platform starts one of its own: what that adds to the first answer of a new instance was not measured there.',
  ],
  board: [
    'The board',
    'In a headless browser on the same cores. An update costs what the changed cards cost, and a frame of the rest.',
  ],
};

const REST = `
## In money

The monthly cost of each way of asking stands in [operate.md](operate.md#what-it-costs); a test computes it anew.

## Under load for long

\`npm run soak -- --minutes 60\`: 10,000 people, 500 pulls a second (9 of 10 conditional), while Graph, Entra, the vault and the tables fail in turn. It ends with 1 when an answer is neither 200 nor 304, a pull is not answered, a fault of Microsoft's services was met by nobody, or memory or open files grow.
`;

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function section(name: CellName, rows: readonly Row[]): string {
  const [title, floor] = TEXTS[name];
  const head = [
    line(['what', 'measured', 'beside', 'ratio', 'goal', '']),
    line(['---', '---', '---', '---', '---', '---']),
  ];
  const body = rows.map(row => line(rowCells(row).map(cell => cell.trim())));
  return `\n## ${title}\n\n${[...head, ...body].join('\n')}\n\n${floor}\n`;
}

/** Writes the page from what a complete run measured. */
export function writePage(rows: readonly Row[]): void {
  const byCell = Map.groupBy(rows, ({ cell }) => cell);
  const names = Object.keys(CELLS) as CellName[];
  const missing = names.filter(name => !byCell.has(name));
  if (missing.length > 0) throw new Error(`The page needs a complete run; not measured: ${missing.join(', ')}.`);
  const sections = names.map(name => section(name, byCell.get(name) ?? []));
  writeFileSync(PAGE, INTRODUCTION + sections.join('') + REST);
}
