import { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { type Command, endOf } from '../../local/command.ts';
import type { Ended } from './script.ts';

/** Runs a command within this process, with something to read, and gives what it printed. */
export async function runCommandHere(command: Command, words: readonly string[], input = ''): Promise<Ended> {
  const lines: string[] = [];
  const say = (text: string) => void lines.push(`${text}\n`);
  const code = await endOf(command, words, { input: Readable.from([input]), print: say, complain: say });
  return { code, printed: stripVTControlCharacters(lines.join('')) };
}
