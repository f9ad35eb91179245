import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PROJECT = path.join(import.meta.dirname, '..', '..');

export interface PageCommand {
  readonly page: string;
  /** As it stands, with the lines that follow a backslash. */
  readonly text: string;
}

/** The lines of the indented blocks of every page, one for each command. */
export function pageCommands(): PageCommand[] {
  return globSync(['README.md', 'docs/**/*.md'], { cwd: PROJECT }).flatMap(page => {
    const joined = readFileSync(path.join(PROJECT, page), 'utf8').replace(/ \\\n\s*/g, ' ');
    const lines = joined.split('\n').filter(line => /^ {4,}\S/.test(line));
    return lines.map(line => ({ page, text: line.trim().replace(/\s+#\s.*$/, '') }));
  });
}

/** The parts of a line of a shell; what stands in single or double quotes is one part. */
export function shellWords(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );
}
