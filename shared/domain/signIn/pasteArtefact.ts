import { INVISIBLE } from '../../lib/cleanText.ts';

const ARTEFACTS: readonly (readonly [pattern: RegExp, words: string])[] = [
  // The last three are the marks of UTF-8 and UTF-16, read in the code page of Windows.
  [/\uFEFF|\uFFFE|^(?:ï»¿|þÿ|ÿþ)/, 'a byte-order mark'],
  [/[\r\n\u0085\u2028\u2029]/, 'a line break'],
  [/\t/, 'a tab'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  [/[\u0000-\u001f\u007f-\u009f]/, 'a control character'],
  [INVISIBLE, 'an invisible character'],
  // Half of a character counts as one that could not be read.
  [/[\ufffd\p{Cs}]/u, 'a character that could not be read'],
  [/^\s|\s$/, 'a blank at its beginning or end'],
];

/** What copying and pasting has left in a value that nobody meant to be there; undefined when it is clean. */
export function pasteArtefact(value: string): string | undefined {
  return ARTEFACTS.find(([pattern]) => pattern.test(value))?.[1];
}
