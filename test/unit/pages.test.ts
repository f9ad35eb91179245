import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { KNOWN_VALUES } from '../../shared/domain/presence/teamsPresence.ts';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const PAGES = globSync(['*.md', 'docs/**/*.md', '.github/**/*.md'], { cwd: PROJECT });
const textOf = (page: string) => readFileSync(path.join(PROJECT, page), 'utf8');

/** The name under which GitHub links to a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/`/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
const anchorsOf = (page: string) =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading));

/** What a link within the project misses; undefined when it leads somewhere. */
function missing(page: string, link: string): string | undefined {
  const [file = '', hash] = link.split('#', 2);
  const target = file === '' ? page : path.join(path.dirname(page), file);
  if (!existsSync(path.join(PROJECT, target))) return `${page}: there is no ${target}`;
  if (hash === undefined || statSync(path.join(PROJECT, target)).isDirectory()) return undefined;
  return anchorsOf(target).includes(decodeURIComponent(hash)) ? undefined : `${page}: ${target} has no #${hash}`;
}

test('every link within the project leads somewhere', () => {
  const links = PAGES.flatMap(page =>
    [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => [page, link] as const),
  ).filter(([, link]) => !/^[a-z]+:/.test(link));
  expect(links.length).toBeGreaterThan(50);
  expect(links.flatMap(([page, link]) => missing(page, link) ?? [])).toEqual([]);
});

test('every npm script that a page names is there', () => {
  const named = PAGES.flatMap(page =>
    [...textOf(page).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, script = '']) => [page, script] as const),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(([, script]) => !Object.hasOwn(manifest.scripts, script))).toEqual([]);
});

test('every file of the project that a page names is there', () => {
  const named = PAGES.flatMap(page =>
    [...textOf(page).matchAll(/`((?:functions|shared|test|local|infra|docs|board)\/[\w./-]*)`/g)].map(
      ([, file = '']) => [page, file] as const,
    ),
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(([, file]) => !existsSync(path.join(PROJECT, file)))).toEqual([]);
});

test('the README names as many faults as the page lists', () => {
  const rows = textOf('docs/faults.md')
    .split('\n')
    .filter(line => /^\| (?!Fault|---)/.test(line)).length;
  expect(textOf('README.md')).toContain(`${rows} faults, each tried`);
});

test.each(['docs/rules.md', 'docs/de/rules.md'])('%s lists every Teams value that a rule may name', page => {
  const text = textOf(page);
  expect(KNOWN_VALUES.filter(value => !new RegExp(`\\b${value}\\b`).test(text))).toEqual([]);
});
