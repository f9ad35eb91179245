import { expect, test } from 'vitest';
import { pasteArtefact } from '../../../../shared/domain/signIn/pasteArtefact.ts';

test.each([
  ['\uFEFFsecret', 'a byte-order mark'],
  ['ï»¿secret', 'a byte-order mark'],
  ['secret\n', 'a line break'],
  ['sec\tret', 'a tab'],
  ['sec\u0007ret', 'a control character'],
  ['sec\u200bret', 'an invisible character'],
  ['sec\ufffdret', 'a character that could not be read'],
  ['sec\ud800ret', 'a character that could not be read'],
  [' secret', 'a blank at its beginning or end'],
  ['secret\u00a0', 'a blank at its beginning or end'],
])('%j has %s', (value, artefact) => {
  expect(pasteArtefact(value)).toBe(artefact);
});

test.each(['', 'secret', 'pass word', 'ü~Ω"\'\\', '👍'])('%j is clean', value => {
  expect(pasteArtefact(value)).toBeUndefined();
});
