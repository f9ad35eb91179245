/** Letters and digits only, in one case: blanks, dashes and invisible characters make no other word of a known one. */
export function normalize(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\d]/gu, '');
}
