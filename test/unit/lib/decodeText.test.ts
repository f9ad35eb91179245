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
