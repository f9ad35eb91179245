/** Zero-width blanks, direction marks, soft hyphens, byte-order marks: they are there, and nobody sees them. */
const INVISIBLE = /\p{Cf}/gu;
const BLANK = /[\p{Zs}\t]/gu;

/** A text without what nobody sees; blanks around it stay. */
export function visibleText(text: string): string {
  return text.normalize('NFC').replace(INVISIBLE, '').replace(BLANK, ' ');
}

/** A text as a person reads it: in NFC, without invisible characters, blanks as blanks, none around it. */
export function cleanText(text: string): string {
  return visibleText(text).trim();
}

/** What two texts are compared by that a person would call the same: case and outer blanks do not count. */
export function comparable(text: string): string {
  return cleanText(text).toLowerCase();
}
