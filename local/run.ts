import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** What `npm start` leaves for the other commands while it runs. */
export interface Run {
  /** Address of the control endpoint. */
  readonly control: string;
  readonly url: string;
  readonly managementKey: string;
}

/** Where the commands keep what is of this machine alone. */
export const LOCAL = path.join(import.meta.dirname, '..', '.local');

export function runFile(port: string | number): string {
  return path.join(LOCAL, `run-${port}.json`);
}

/** @throws Error with what to do when nothing is started on this port */
export async function readRun(port: string | number): Promise<Run> {
  try {
    return JSON.parse(await readFile(runFile(port), 'utf8')) as Run;
  } catch {
    throw new Error(
      `Nothing is started on port ${port}. Run npm start first, or say --port as you said it there; for a deployed connector say --url and --key.`,
    );
  }
}

/** npm runs a script in the project's folder; the file is meant from where the user stands. */
export function resolved(file: string): string {
  return path.resolve(process.env['INIT_CWD'] ?? '.', file);
}
