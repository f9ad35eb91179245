/** Zero-width blanks, direction marks, soft hyphens, variation selectors, fillers: they are there, and nobody sees them. */
export const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const EVERY_INVISIBLE = new RegExp(INVISIBLE, 'gu');
/** What word processors make of a hyphen. */
export const DASH = /[\p{Pd}\u2212]/gu;
const DOT_ABOVE = '\u0307';
const BLANK = /[\p{Zs}\t]/gu;

/** More marks on one letter than any language has: putting them in order takes time beyond measure. */
const HEAPED_MARKS = /\p{M}{31}/u;

/** A text without characters that nobody sees; blanks stay as they are. */
export function withoutInvisible(text: string): string {
  return text.replace(EVERY_INVISIBLE, '');
}

/** A text without what nobody sees, blanks as blanks; those around it stay. */
export function visibleText(text: string): string {
  return withoutInvisible(HEAPED_MARKS.test(text) ? text : text.normalize('NFC')).replace(BLANK, ' ');
}

/** A text as a person reads it: in NFC, without invisible characters, blanks as blanks, none around it. */
export function cleanText(text: string): string {
  return visibleText(text).trim();
}

/** What two texts are compared by that a person would call the same: case, ß for SS and outer blanks do not count. */
export function comparable(text: string): string {
  // A capital ß becomes a small one first and SS only then; the dot of a Turkish capital I is no letter of its own.
  return cleanText(text).toLowerCase().toUpperCase().toLowerCase().replaceAll(DOT_ABOVE, '');
}

/** Both sets of control characters, delete, and what Unicode parts lines and paragraphs with. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** What is wrong with the characters of a text; undefined for a text that can be stored and shown. */
function unreadable(text: string): string | undefined {
  if (CONTROL.test(text)) return 'contains a control character';
  if (HEAPED_MARKS.test(text)) return 'contains a letter with more marks than any language has';
  // Whoever wrote the file had read it in a wrong encoding before: what stood there is lost.
  return text.includes('\ufffd') || !text.isWellFormed() ? 'contains a character that could not be read' : undefined;
}

/** For a schema's `refine`: a text that can be stored and shown, or what is wrong with its characters. */
export const READABLE = [
  (text: string) => unreadable(text) === undefined,
  { error: ({ input }: { input?: unknown }) => unreadable(String(input)) },
] as const;
