import { PassThrough, Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { type Command, endOf } from '../../local/command.ts';
import type { Ended } from './script.ts';

/** Runs a command within this process, with something to read, and gives what it printed. */
export async function runCommandHere(command: Command, words: readonly string[], input = ''): Promise<Ended> {
  const { printed, output, say } = screen();
  const code = await endOf(command, words, { input: Readable.from([input]), output, print: say, complain: say });
  return { code, printed: printed() };
}

/** The same at a terminal: each of the answers is typed at the question that it answers. */
export async function typeAtTerminal(
  command: Command,
  words: readonly string[],
  answers: readonly (readonly [question: string, typed: string])[],
): Promise<Ended> {
  const { printed, output, say } = screen();
  const input = Object.assign(new PassThrough(), { isTTY: true });
  let isOver = false;
  const ended = endOf(command, words, { input, output, print: say, complain: say }).finally(() => {
    isOver = true;
  });
  for (const [question, typed] of answers) {
    while (!isOver && !printed().includes(`? ${question}`)) await setImmediate();
    input.write(typed);
  }
  return { code: await ended, printed: printed() };
}

function screen() {
  const shown: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      shown.push(String(chunk));
      done();
    },
  });
  // The output of a process stays open after what was piped into it.
  output.end = () => output;
  return {
    printed: () => stripVTControlCharacters(shown.join('')),
    say: (text: string) => void shown.push(`${text}\n`),
    output,
  };
}
