import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PROJECT = path.join(import.meta.dirname, '..', '..');

interface PageCommand {
  readonly page: string;
  /** As it stands, with the lines that follow a backslash. */
  readonly text: string;
}

/** A command in the middle of a sentence; a curl without an address is only spoken of. */
const INLINE = /`((?:(?:az|azd|node|npm|npx) |curl [^`]*https?:)[^`]+)`/g;

/** The lines of the indented blocks of every page, one for each command, and the commands within sentences. */
export function pageCommands(): PageCommand[] {
  return globSync(['README.md', 'docs/**/*.md'], { cwd: PROJECT }).flatMap(page => {
    const joined = readFileSync(path.join(PROJECT, page), 'utf8').replace(/ \\\n\s*/g, ' ');
    const lines = joined.split('\n').filter(line => /^ {4,}\S/.test(line));
    const inline = [...joined.replace(/^ {4,}\S.*$/gm, '').matchAll(INLINE)].map(([, text = '']) => text);
    return [...lines.map(line => line.trim().replace(/\s+#\s.*$/, '')), ...inline].map(text => ({ page, text }));
  });
}

/** The parts of a line of a shell; what stands in single or double quotes is one part. */
export function shellWords(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );
}
