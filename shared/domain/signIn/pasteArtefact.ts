const ARTEFACTS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/\uFEFF|\uFFFE/, 'a byte-order mark'],
  [/[\r\n\u0085\u2028\u2029]/, 'a line break'],
  [/\t/, 'a tab'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  [/[\u0000-\u001f\u007f]/, 'a control character'],
  [/[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069]/, 'an invisible character'],
  [/^\s|\s$/, 'a blank at its beginning or end'],
];

/** What copying and pasting has left in a value that nobody meant to be there; undefined when it is clean. */
export function pasteArtefact(value: string): string | undefined {
  return ARTEFACTS.find(([pattern]) => pattern.test(value))?.[1];
}
