import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const EXPORT = /^export (?:async )?(function|const|class|interface|type)\*? (\w+)/gm;
const plain = (name: string) => name.replaceAll('_', '').toLowerCase();

/**
 * Whether a file bears the name of the one thing that it exports, or of that thing's type. What exports several things
 * is named after their noun, which only a reader can judge.
 */
function isWellNamed(file: string, text: string): boolean {
  const exports = [...text.matchAll(EXPORT)];
  const isType = (kind = '') => kind === 'interface' || kind === 'type';
  const isOne = exports.filter(([, kind]) => !isType(kind)).length === 1;
  const name = plain(path.posix.basename(file).replace(/\.tsx?$/, ''));
  const names = exports.map(([, , exported = '']) => plain(exported));
  if (!isOne || names.includes(name)) return true;
  // In `http` a file is the part of its room: the thing bears the name of either, as `rulesHandler` does.
  const words = [name, path.posix.basename(path.posix.dirname(file))];
  return file.startsWith('shared/http/') && names.some(exported => words.some(word => exported.includes(word)));
}

test('a file that exports one thing is named after it', () => {
  const files = globSync('{shared,local,board}/**/*.{ts,tsx}', { cwd: PROJECT }).map(file =>
    file.replaceAll('\\', '/'),
  );
  expect(files.length).toBeGreaterThan(250);
  const isWrong = (file: string) => !isWellNamed(file, readFileSync(path.join(PROJECT, file), 'utf8'));
  expect(files.filter(isWrong)).toEqual([]);
});

test.each([
  ['shared/usecases/poll/publish.ts', 'export function publishCycle() {}', false],
  ['shared/usecases/poll/publishCycle.ts', 'export function publishCycle() {}', true],
  ['shared/domain/signIn/setupGuide.ts', 'export const SETUP_GUIDE = {};', true],
  ['shared/usecases/poll/members.ts', 'export interface Members {}\nexport function membersReader() {}', true],
  ['shared/http/rules/handler.ts', 'export function rulesHandler() {}', true],
  ['shared/http/rules/handler.ts', 'export function answer() {}', false],
])('%s with "%s" is well named: %s', (file, text, wanted) => {
  expect(isWellNamed(file, text)).toBe(wanted);
});
