import { describe, expect, test } from 'vitest';
import { honourProxy, proxySettings } from '../../../shared/lib/proxySettings.ts';

const PROXY = 'http://proxy.example.com:8080';
const hostsOf = (env: Record<string, string>) => proxySettings(env).set['NO_PROXY']?.split(',') ?? [];

describe('the proxy of the surroundings', () => {
  test.each([
    [{ HTTPS_PROXY: PROXY }, PROXY, undefined],
    [{ https_proxy: PROXY }, PROXY, undefined],
    [{ HTTPS_PROXY: 'proxy.example.com:8080' }, PROXY, undefined],
    [{ HTTPS_PROXY: '10.1.2.3:8080' }, 'http://10.1.2.3:8080', undefined],
    [{ HTTPS_PROXY: `"${PROXY}"` }, PROXY, undefined],
    [{ HTTPS_PROXY: `'${PROXY}'` }, PROXY, undefined],
    [{ ALL_PROXY: PROXY }, PROXY, PROXY],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: '*' }, undefined, undefined],
    [{ HTTP_PROXY: PROXY, NO_PROXY: 'a.com, *' }, undefined, undefined],
    [{}, undefined, undefined],
  ])('%j is read', (env, https, http) => {
    const { set, faults } = proxySettings(env);
    expect(faults).toEqual([]);
    expect(set).toMatchObject({ HTTPS_PROXY: https, https_proxy: https, HTTP_PROXY: http, ALL_PROXY: undefined });
  });

  test.each([
    [{ HTTPS_PROXY: 'http://' }, 'HTTPS_PROXY'],
    [{ HTTP_PROXY: 'socks5://proxy.example.com:1080' }, 'HTTP_PROXY'],
    [{ ALL_PROXY: 'not an address' }, 'ALL_PROXY'],
    [{ HTTPS_PROXY: 'http//proxy:8080' }, 'HTTPS_PROXY'],
    [{ HTTPS_PROXY: 'http:/proxy:8080' }, 'HTTPS_PROXY'],
    [{ HTTPS_PROXY: 'http://proxy:8080/proxy.pac' }, 'HTTPS_PROXY'],
  ])('%j is named, and not used', (env, name) => {
    const changed: Record<string, string | undefined> = { ...env };
    expect(honourProxy(changed)).toMatch(new RegExp(`^${name} must be an address`));
    expect(changed['HTTPS_PROXY'] ?? changed['HTTP_PROXY'] ?? changed['ALL_PROXY']).toBeUndefined();
  });
});

describe('what is asked directly', () => {
  test.each(['localhost;127.0.0.1;*.contoso.com', 'a.b|contoso.com', 'https://contoso.com', 'contoso.com/'])(
    '%s is read, whoever wrote it',
    entry => {
      expect(hostsOf({ NO_PROXY: entry })).toEqual(expect.arrayContaining(['contoso.com', '.contoso.com']));
    },
  );

  test.each(['*.vault.azure.net', '.vault.azure.net', 'vault.azure.net'])(
    '%s is a host and what lies below it',
    entry => {
      expect(hostsOf({ NO_PROXY: entry })).toEqual(expect.arrayContaining(['vault.azure.net', '.vault.azure.net']));
    },
  );

  test('this machine and the address that gives tokens always are', () => {
    const hosts = hostsOf({ HTTPS_PROXY: PROXY, IDENTITY_ENDPOINT: 'http://10.9.8.7:4242/msi/token' });
    expect(hosts).toEqual(expect.arrayContaining(['127.0.0.1', 'localhost', '::1', '169.254.169.254', '10.9.8.7']));
  });

  test('addresses and ports stay as they are', () => {
    expect(hostsOf({ NO_PROXY: '10.0.0.5 host:8080' })).toEqual(expect.arrayContaining(['10.0.0.5', 'host:8080']));
  });
});
