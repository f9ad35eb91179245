import { spawn } from 'node:child_process';
import path from 'node:path';

const PROJECT = path.join(import.meta.dirname, '..', '..');

/** Runs a script of `local`, or one of which the whole path is given, to its end, with something to read, and gives what it printed. */
export function runScript(script: string, options: readonly string[] = [], input = '') {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  const child = spawn(process.execPath, [path.resolve(PROJECT, 'local', script), ...options], { cwd: PROJECT, env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (printed += chunk));
  child.stdin.end(input);
  return new Promise<{ code: number | null; printed: string }>(resolve => {
    child.on('close', code => resolve({ code, printed }));
  });
}
