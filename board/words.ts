import { DE } from './words/de.ts';
import { EN, type Words } from './words/en.ts';

export type Language = 'en' | 'de';

const LANGUAGES: Readonly<Record<Language, Words>> = { en: EN, de: DE };

/** A sentence of the page, with its numbers put in. */
export interface Say {
  (word: keyof Words, ...values: readonly (string | number)[]): string;
  readonly language: Language;
}

export function sayIn(language: Language): Say {
  const say = (word: keyof Words, ...values: readonly (string | number)[]) =>
    values.reduce<string>(
      (text, value, index) => text.replace(`{${index}}`, () => String(value)),
      LANGUAGES[language][word],
    );
  return Object.assign(say, { language });
}

/** A rule in words; a rule of the customer's own by its name. */
export function ruleWord(rule: string, say: Say): string {
  const word = `rule-${rule}`;
  return Object.hasOwn(EN, word) ? say(word as keyof Words) : rule;
}
