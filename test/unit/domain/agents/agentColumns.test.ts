import { expect, test } from 'vitest';
import {
  contradiction,
  knownNames,
  missedAddresses,
  readHeader,
  sayingFirst,
} from '../../../../shared/domain/agents/agentColumns.ts';

test('a column is known by any of its names, in any case, with blanks and dashes', () => {
  const header = ['Agenten-ID', 'E-Mail Adresse', 'ObjectId', 'Rufnummer', 'Nummer 2', 'Durchwahl', 'Name', 'Team'];
  const { columns, ignored, faults } = readHeader([...header, 'Kostenstelle'], 1);
  expect([...columns.keys()]).toEqual([
    'agentId',
    'email',
    'userId',
    'number',
    'number2',
    'number3',
    'displayName',
    'group',
  ]);
  expect([ignored, faults]).toEqual([['Kostenstelle'], []]);
  expect(knownNames([...header, 'Kostenstelle'])).toBe(header.length);
});

test('without a column for the agentId the fault says which names would do', () => {
  expect(readHeader(['Nr', 'E-Mail'], 3).faults).toEqual([
    'line 3: there is no column agentId. Name it agentId, Agenten-ID, Benutzer-ID or jtel ID; the columns are "Nr", "E-Mail"',
  ]);
});

test('of several columns the best one that says anything counts', () => {
  const { ranked } = readHeader(['agentId', 'mail', 'UPN'], 1);
  const ranks = ranked.get('email') ?? [];
  expect(sayingFirst(ranks, ['1', 'a@contoso.com', 'b@contoso.com'])).toEqual([2]);
  expect(sayingFirst(ranks, ['1', 'a@contoso.com', ' '])).toEqual([1]);
  expect(sayingFirst(ranks, ['1', '', ''])).toEqual([]);
});

test.each([
  [['1', 'a@contoso.com', 'A@contoso.com'], false],
  [['1', 'a@contoso.com', ''], false],
  [['1', 'a@contoso.com', 'b@contoso.com'], true],
])('two columns of one rank that differ are a fault: %j', (cells, differ) => {
  const header = ['agentId', 'email', 'mail'];
  const said = contradiction(readHeader(header, 1), header, cells);
  expect(said).toBe(
    differ ? 'there are two columns for email that differ: "email" and "mail". Leave one out' : undefined,
  );
});

test('addresses of people in a column that means nothing are missed, that of a team is not', () => {
  const read = readHeader(['agentId', 'Kontakt'], 1);
  const people = [1, 2, 3].map(index => [`${index}`, `person${index}@contoso.com`]);
  expect(missedAddresses(read, people)).toContain('not understood: "Kontakt"');
  expect(
    missedAddresses(
      read,
      people.map(([id = '']) => [id, 'team@contoso.com']),
    ),
  ).toBeUndefined();
  expect(missedAddresses(readHeader(['agentId', 'email'], 1), people)).toBeUndefined();
});
