import { expect, test } from 'vitest';
import { decodeText } from '../../../shared/lib/decodeText.ts';

test.each([
  ['utf-8', Buffer.from('ä€')],
  ['utf-8', Buffer.from('\ufeffä€')],
  ['utf-16le', Buffer.from('\ufeffagentId', 'utf16le')],
  ['utf-16le', Buffer.from('agentId', 'utf16le')],
  ['utf-16be', Buffer.from('agentId', 'utf16le').swap16()],
  ['windows-1252', Buffer.from([0xe4, 0x80])],
])('bytes are read as %s, without a replacement character', (encoding, bytes) => {
  const decoded = decodeText(bytes);
  expect(decoded.encoding).toBe(encoding);
  for (const bad of ['\ufffd', '\ufeff', '\u0000']) expect(decoded.content).not.toContain(bad);
});

const latin1 = (text: string) => Buffer.from(text, 'latin1');

test.each([
  ['one line that another program added', Buffer.concat([Buffer.from('Jörg\nRené\n'), latin1('Jörg\n')]), 'line 3'],
  ['a byte-order mark and no UTF-8', Buffer.concat([Buffer.from('\ufeffa\n'), latin1('Jörg\n')]), 'line 2'],
  ['an end inside a character', Buffer.from('Jörg\nZoë\nRené').subarray(0, -1), 'it was cut on the way'],
  ['one line of each', Buffer.concat([Buffer.from('Müller\n'), latin1('Grün\n')]), 'line 2'],
  ['halves of characters', Buffer.concat([Buffer.from('Zoë\na\n'), Buffer.from([0xed, 0xa0, 0xbd, 0x0a])]), 'line 3'],
  ['the code page of DOS', Buffer.from([0x4a, 0x94, 0x72, 0x67]), 'the code page of DOS'],
  ['an é of DOS', Buffer.from('H\x82l\x8ane', 'latin1'), 'the code page of DOS'],
  ['a ç of DOS', Buffer.from('Fran\x87ois', 'latin1'), 'the code page of DOS'],
  ['an Ö of DOS', Buffer.from('\x99sterreich', 'latin1'), 'the code page of DOS'],
  [
    'half a character of UTF-16',
    Buffer.from('\ufeffagentId;email', 'utf16le').subarray(0, -1),
    'it was cut on the way',
  ],
  ['an ü of an old Macintosh', Buffer.from('M\x9fller', 'latin1'), 'an old Macintosh'],
])('a text with %s is refused', (_case, bytes, words) => {
  expect(() => decodeText(bytes)).toThrow(words);
});

test.each(['ibm850', 'cp850', 'x-none'])('bytes that are not UTF-8 are not read as the unknown charset %s', charset => {
  expect(() => decodeText(latin1('Jörg'), charset)).toThrow(`the charset ${charset} is none that can be read`);
  expect(decodeText(Buffer.from('Jörg'), charset).content).toBe('Jörg');
});

test('whoever states ASCII and sends more has stated nothing', () => {
  expect(decodeText(Buffer.from('Jörg'), 'us-ascii')).toEqual({ content: 'Jörg', encoding: 'utf-8' });
  expect(decodeText(latin1('Jörg'), 'ascii').encoding).toBe('windows-1252');
});

test.each(['Teams\x99support', 'Teams\x99 support', 'D\x82Angelo'])('%s is Windows', text => {
  expect(decodeText(Buffer.from(`${text}\xe4`, 'latin1')).encoding).toBe('windows-1252');
});

test('words of Windows are no code page of DOS', () => {
  expect(decodeText(latin1('Köln').subarray(0)).content).toBe('Köln');
  expect(decodeText(Buffer.from([0x54, 0x99, 0x4e, 0xf6])).content).toBe('T™Nö');
});

test('typographic quotes of Windows stand around words', () => {
  expect(decodeText(Buffer.from([0x84, 0x44, 0x52, 0xc4, 0x93]))).toMatchObject({ content: '„DRÄ“' });
});
