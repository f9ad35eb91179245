import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import { describe, expect, test } from 'vitest';
import { AgentIndex } from '../../../../shared/domain/agents/agentIndex.ts';
import { lookupKey } from '../../../../shared/domain/agents/lookupKey.ts';
import { keyReadings, numberKey, numberReadings } from '../../../../shared/domain/agents/phoneNumber.ts';
import { presenceRecord } from '../../../../shared/domain/snapshot/record.ts';
import { agent, judged } from '../../../support/builders.ts';

const numbers = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'fixtures', 'numbers.json'), 'utf8'),
) as [string, string][];

test.each(numbers)('%j is %j', (written, key) => {
  expect(numberKey(written, 'DE')).toBe(key);
});

test('a number is found as a key in whatever way it is written', () => {
  for (const [written, key] of numbers) if (key !== '') expect(keyReadings(written, 'DE'), written).toContain(key);
});

/** National numbers of so many digits that are valid there, by trying. */
function sample(country: CountryCode): string[] {
  const code = getCountryCallingCode(country);
  const found: string[] = [];
  for (let seed = 1; seed < 4_000 && found.length < 12; seed += 7) {
    for (const length of [7, 8, 9, 10]) {
      const national = String((seed * 2_654_435_761) % 10 ** length).padStart(length, '3');
      const number = parsePhoneNumberFromString(`+${code}${national}`);
      if (number?.isValid() && number.country === country) found.push(number.number);
    }
  }
  return found;
}

const COUNTRIES = getCountries()
  .filter(country => sample(country).length >= 5)
  .slice(0, 80);

test('there are samples of fifty countries', () => {
  expect(COUNTRIES.length).toBeGreaterThanOrEqual(50);
});

describe.each(COUNTRIES)('in %s', country => {
  test('what an answer shows is read as the same number, in the list and as a key', () => {
    for (const number of sample(country)) {
      const numberE164 = numberKey(number, country);
      expect(numberE164).toBe(number);
      const who = agent(1, { number, numberE164, numberKeys: [numberE164] });
      const record = presenceRecord(who, undefined, 'unknown', judged(who, undefined, 'unknown').result, 'full');
      const index = new AgentIndex({ agents: [who], tombstones: [] });
      for (const shown of [record.number, record.numberE164]) {
        expect(numberKey(shown, country), `${shown} uploaded again`).toBe(number);
        const readings = lookupKey(shown, country);
        expect(index.find(readings.filter(({ kind }) => kind === 'number')).positions, shown).toEqual([0]);
      }
    }
  });
});

test.each([
  ['US', '(201) 234-5678', '+12012345678'],
  ['US', '2012345678', '+12012345678'],
  ['CN', '131 2345 6789', '+8613123456789'],
  ['CO', '321 1234567', '+573211234567'],
  ['DK', '87 65 43 21', '+4587654321'],
  ['SG', '9123 4567', '+6591234567'],
  ['GB', '07911 123456', '+447911123456'],
  ['HU', '06 20 123 4567', '+36201234567'],
  ['DE', '891234567', '+49891234567'],
  ['HK', '2123 4567', '+85221234567'],
  ['NO', '2212 3456', '+4722123456'],
  ['IN', '98765 43210', '+919876543210'],
  ['RU', '(495) 123-45-67', '+74951234567'],
  ['RU', '495 123 45 67', '+74951234567'],
  ['TR', '532 123 45 67', '+905321234567'],
  ['DE', '49 89 1234567', '+49891234567'],
  ['DE', '41 44 668 18 00', '+41446681800'],
  ['GB', '020 7946 0958 extn 12', '+442079460958;ext=12'],
  ['AU', '0011 49 89 1234567', '+49891234567'],
  ['AU', '0011 1 415 555 2671', '+14155552671'],
  ['KR', '001 49 89 1234567', '+49891234567'],
  ['KR', '0049 89 1234567', '+49891234567'],
  ['SG', '001 49 89 1234567', '+49891234567'],
  ['SG', '0049 89 1234567', '+49891234567'],
  ['JP', '010 49 89 1234567', '+49891234567'],
  ['SG', '0034 911 234 567', '+34911234567'],
  ['CO', '00573211234567', '+573211234567'],
  ['AT', '0 1 513 45 67', '+4315134567'],
  ['FR', '0 1 23 45 67 89', '+33123456789'],
  ['US', '011 49 89 1234567', '+49891234567'],
] as const)('in %s a number as it is written at home: %s', (country, written, number) => {
  expect(numberKey(written, country)).toBe(number);
});

test.each([
  ['5114789618', '+5114789618', '+495114789618'],
  ['15143885158', '+15143885158', '+4915143885158'],
])('%j may be E.164, or lack the zero that a spreadsheet drops', (written, ...readings) => {
  expect(numberReadings(written, 'DE')).toEqual(readings);
});

test.each([
  ['US', '12 34 56', '123456'],
  ['US', '1-23456', '123456'],
  ['FR', '01 23 45', '012345'],
  ['RU', '8 12345', '812345'],
  ['HU', '06 1234', '061234'],
  ['LU', '22.11.33', '221133'],
  ['RU', '22-10-15', '221015'],
] as const)('in %s up to six digits are an extension, however they are grouped: %s', (country, written, extension) => {
  expect(numberReadings(written, country)).toEqual([extension]);
  expect(keyReadings(extension, country)).toContain(extension);
});

test.each(['+41 1234567 ext 3', '+1 555 010 0123 x11'])(
  'the digits of %j find it, though no plan knows it',
  written => {
    const [number = ''] = numberReadings(written, 'DE');
    expect(number).not.toBe('');
    expect(keyReadings(number.slice(1), 'DE')).toContain(number);
  },
);

test.each(['+4711', '+49 115', '+43 720', '+1234'])('%s is no number: no country has so short ones', text => {
  expect(numberReadings(text, 'DE')).toEqual([]);
  expect(keyReadings(text, 'DE')).toEqual([]);
});

test('a blank before a key may be a plus, or a slip of the pen', () => {
  expect(keyReadings(' 49891234567', 'DE')).toContain('+49891234567');
  expect(keyReadings(' 0891234567', 'DE')).toContain('+49891234567');
  expect(keyReadings(' 4711', 'DE')).toContain('4711');
});

test.each([
  ['+49 89 123456-01', '+498912345601'],
  ['0049 89 12345601', '+498912345601'],
  ['089/123 456 01', '+498912345601'],
  ['(089) 12345601', '+498912345601'],
  ['4711', '4711'],
  ['', ''],
])('the number %j is %j', (written, expected) => {
  expect(numberKey(written, 'DE')).toBe(expected);
});
