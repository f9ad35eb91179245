import type { Readable, Writable } from 'node:stream';

/** Where a command reads and prints. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Where a question is drawn while it is answered. */
  readonly output: Writable;
  print(text: string): void;
  complain(text: string): void;
}

/**
 * What a script of npm does with the words behind it.
 * @returns the code to end with
 * @throws Error with one sentence
 */
export type Command = (words: readonly string[], terminal: Terminal) => Promise<number>;

/** How the questions of Inquirer end at Ctrl-C, and where nothing can be typed any more. */
const LEFT = new Set(['ExitPromptError', 'AbortPromptError']);

/** Runs a command to its end, and gives the code to end with; what it throws is said. */
export async function endOf(command: Command, words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await command(words, terminal);
  } catch (error) {
    const { name, message } = error as Error;
    // Who leaves a question has given an answer, and made no mistake.
    terminal.complain(LEFT.has(name) ? 'Cancelled.' : message);
    return 1;
  }
}

/** Waits until everything is written, or nobody reads it any more. */
function flush(stream: Writable): Promise<unknown> {
  return new Promise(resolve => stream.on('error', resolve).write('', resolve));
}

/** Runs the command that this process was started for, and ends the process. */
export async function runCommand(command: Command): Promise<void> {
  // The limits of requests hold no process open; what would end in silence looks like success.
  setInterval(() => undefined, 60_000);
  const terminal = { input: process.stdin, output: process.stdout, print: console.log, complain: console.error };
  const code = await endOf(command, process.argv.slice(2), terminal);
  // What is still on its way to a pipe would be cut.
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  // Connections that are kept alive would hold the process open for a while.
  process.exit(code);
}
