import { comparable } from './cleanText.ts';

/** Letters that people write as two who do not have them. */
const AS_TWO: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  ø: 'oe',
  å: 'aa',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
};
/** Letters that no mark is taken from, and what stands for them all the same. */
const AS_ONE: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};
const APOSTROPHE = /['’‘ʼ`´]/g;
const replaced = (text: string, letters: Readonly<Record<string, string>>) =>
  text.replace(/\p{L}/gu, letter => letters[letter] ?? letter);

/** The ways in which people type a name who have no umlauts at hand: Schäfer, Schafer, Schaefer. */
export function nameForms(text: string): readonly string[] {
  const plain = comparable(text).replace(APOSTROPHE, '');
  const stripped = replaced(plain, AS_ONE).normalize('NFD').replace(/\p{M}/gu, '');
  return [...new Set([plain, stripped, replaced(plain, AS_TWO)])];
}

/** How well a word fits a name: the whole of a first or last name before its beginning, and this before any part. */
function wordFit(forms: readonly string[], names: readonly string[]): number {
  const words = names.flatMap(name => name.split(/[\s,;]+/));
  if (forms.some(form => words.includes(form))) return 3;
  if (forms.some(form => words.some(word => word.startsWith(form)))) return 2;
  return forms.some(form => names.some(name => name.includes(form))) ? 1 : 0;
}

/** Those whose name fits the words best, in any order and any case, with or without umlauts; nobody for no word. */
export function bestNamed<T>(candidates: readonly T[], nameOf: (candidate: T) => string, text: string): T[] {
  const words = comparable(text)
    .split(/[\s,;]+/)
    .map(nameForms)
    .filter(forms => forms.some(form => form !== ''));
  const fitOf = (candidate: T) => {
    const names = nameForms(nameOf(candidate));
    return Math.min(...words.map(forms => wordFit(forms, names)));
  };
  const fits = words.length === 0 ? [] : candidates.map(candidate => [candidate, fitOf(candidate)] as const);
  const best = Math.max(1, ...fits.map(([, fit]) => fit));
  return fits.filter(([, fit]) => fit === best).map(([candidate]) => candidate);
}
