import { comparable } from './cleanText.ts';

const GERMAN: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

/** The ways in which people type a name who have no umlauts at hand: Schäfer, Schafer, Schaefer. */
export function nameForms(text: string): readonly string[] {
  const plain = comparable(text);
  const stripped = plain.replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '');
  return [...new Set([plain, stripped, plain.replace(/[äöüß]/g, letter => GERMAN[letter] ?? letter)])];
}
