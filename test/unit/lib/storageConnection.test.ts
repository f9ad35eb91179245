import { expect, test } from 'vitest';
import { readStorage } from '../../../shared/lib/storageConnection.ts';

const KEYED = 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=YQ==';

test.each([
  [KEYED, { connection: KEYED, isUrl: false }],
  [
    `${KEYED};EndpointSuffix=core.windows.net`,
    { connection: `${KEYED};EndpointSuffix=core.windows.net`, isUrl: false },
  ],
  ['UseDevelopmentStorage=true', { connection: 'UseDevelopmentStorage=true', isUrl: false }],
  ['https://a.table.core.windows.net/', { connection: 'https://a.table.core.windows.net', isUrl: true }],
  ['https://a.table.core.usgovcloudapi.net', { connection: 'https://a.table.core.usgovcloudapi.net', isUrl: true }],
])('%s is a way to the tables', (text, way) => {
  expect(readStorage(text)).toEqual(way);
});

test('HTTP is for the emulator on this machine alone', () => {
  const over = (endpoint: string) => readStorage(`${KEYED.replace('https', 'http')};TableEndpoint=${endpoint}`);
  expect(over('http://127.0.0.1:10002/a')?.isUrl).toBe(false);
  expect(over('http://a.table.core.windows.net')).toBeUndefined();
  expect(readStorage(KEYED.replace('https', 'http'))).toBeUndefined();
});

test.each([
  '',
  'AccountName=a;AccountKey=YQ==',
  'DefaultEndpointsProtocol=https;AccountName=a',
  'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=no key at all',
  'https://a.blob.core.windows.net',
  'https://a.table.core.windows.net:8443',
  'https://a.table.core.windows.net.example.com',
  'https://a.table.core.windows.net/?sv=1&sig=secret',
])('%j is none', text => {
  expect(readStorage(text)).toBeUndefined();
});
