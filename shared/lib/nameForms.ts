import { comparable } from './cleanText.ts';

/** Letters that people write as two who do not have them. */
const AS_TWO: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ø: 'oe',
  å: 'aa',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
};
/** Letters that no mark is taken from, and what stands for them all the same. */
const AS_ONE: Readonly<Record<string, string>> = {
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
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

const BLANKS = /[\s,;]+/;

/** How well a word fits a name: the whole of a first or last name before its beginning, and this before any part. */
function wordFit(forms: readonly string[], names: readonly string[], parts: readonly string[]): number {
  if (forms.some(form => parts.includes(form))) return 3;
  if (forms.some(form => parts.some(part => part.startsWith(form)))) return 2;
  return forms.some(form => names.some(name => name.includes(form))) ? 1 : 0;
}

/** Those whose name fits the words best, in any order and any case, with or without umlauts; nobody for no word. */
export function bestNamed<T>(candidates: readonly T[], nameOf: (candidate: T) => string, text: string): T[] {
  const words = new Set(comparable(text).split(BLANKS));
  const asked = [...words].map(nameForms).filter(forms => forms.some(form => form !== ''));
  const fitOf = (candidate: T) => {
    const names = nameForms(nameOf(candidate));
    const parts = names.flatMap(name => name.split(BLANKS));
    let worst = 3;
    for (const forms of asked) {
      worst = Math.min(worst, wordFit(forms, names, parts));
      if (worst === 0) break;
    }
    return worst;
  };
  const fits = asked.length === 0 ? [] : candidates.map(candidate => [candidate, fitOf(candidate)] as const);
  const best = Math.max(1, ...fits.map(([, fit]) => fit));
  return fits.filter(([, fit]) => fit === best).map(([candidate]) => candidate);
}
