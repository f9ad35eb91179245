import { expect, test } from 'vitest';
import { bestNamed, nameForms } from '../../../shared/lib/nameForms.ts';

const found = (names: readonly string[], text: string) => bestNamed(names, name => name, text);

test.each([
  ['Schäfer', ['schäfer', 'schafer', 'schaefer']],
  ['Øster', ['øster', 'oster', 'oester']],
  ['O’Brien', ['obrien']],
  ['Łukasz', ['łukasz', 'lukasz']],
])('%s is typed as any of %j', (name, forms) => {
  expect(nameForms(name)).toEqual(forms);
});

test('a whole word goes before its beginning, and this before any part', () => {
  expect(found(['Hannah', 'Anna', 'Annabel'], 'anna')).toEqual(['Anna']);
  expect(found(['Hannah', 'Annabel'], 'anna')).toEqual(['Annabel']);
  expect(found(['Hannah'], 'anna')).toEqual(['Hannah']);
});

test('every word must fit, in any order; of no word nobody is found', () => {
  expect(found(['Beck, Anna', 'Anna Roth'], 'ANNA beck')).toEqual(['Beck, Anna']);
  expect(found(['Anna Beck'], 'anna x')).toEqual([]);
  expect(found(['Anna Beck'], ' , ')).toEqual([]);
});

test('umlauts that are not there do not matter', () => {
  expect(found(['Jörg Schäfer', 'Jorge'], 'joerg schafer')).toEqual(['Jörg Schäfer']);
});
