import { afterEach, expect, test, vi } from 'vitest';
import { axiosProxy } from '../../../shared/adapters/axiosProxy.ts';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['http://proxy.example.com:8080', { protocol: 'http:', host: 'proxy.example.com', port: 8080 }],
  ['https://proxy.example.com', { protocol: 'https:', host: 'proxy.example.com', port: 443 }],
  [
    'http://us%40er:p%3Aw%23d@[::1]:3128',
    { protocol: 'http:', host: '[::1]', port: 3128, auth: { username: 'us@er', password: 'p:w#d' } },
  ],
  [
    'http://user:50%25@proxy.example.com:80',
    { protocol: 'http:', host: 'proxy.example.com', port: 80, auth: { username: 'user', password: '50%' } },
  ],
])('%s as axios takes it', (address, options) => {
  for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, address);
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '.internal');
  expect(axiosProxy('https://graph.microsoft.com')).toEqual(options);
  expect(axiosProxy('https://vault.internal')).toBe(false);
});
