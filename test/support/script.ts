import { spawn } from 'node:child_process';
import path from 'node:path';

const PROJECT = path.join(import.meta.dirname, '..', '..');

export interface Ended {
  readonly code: number | null;
  readonly printed: string;
}

/** Runs a program to its end, beside the services of this process, with something to read, and gives what it printed. */
export function runProgram(
  command: string,
  options: readonly string[],
  { cwd = PROJECT, input = '', variables = {} } = {},
) {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...variables };
  const child = spawn(command, options, { cwd, env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (printed += chunk));
  // A program that ends without reading closes the pipe under what is written.
  child.stdin.on('error', () => undefined).end(input);
  return new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve({ code, printed }));
  });
}

/** Runs a script of `local`, or one of which the whole path is given. */
export function runScript(script: string, options: readonly string[] = [], input = '', variables = {}): Promise<Ended> {
  return runProgram(process.execPath, [path.resolve(PROJECT, 'local', script), ...options], { input, variables });
}
