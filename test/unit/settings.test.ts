import { describe, expect, test } from 'vitest';
import { SettingsError } from '../../shared/errors/errors.ts';
import { longestGapSeconds, occurrences, readSchedule } from '../../shared/lib/schedule.ts';
import { DEFAULT_SCHEDULES, readSettings, scheduleOrDefault } from '../../shared/settings.ts';

const REQUIRED = {
  KEY_VAULT_URI: 'https://contoso.vault.azure.net/',
  PRESENCE_STORAGE: 'https://contoso.table.core.windows.net',
  MANAGED_IDENTITY_CLIENT_ID: '0a1b2c3d-0000-4000-8000-000000000000',
};

function faultOf(env: Record<string, string | undefined>): string {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
}

test('the three required settings are enough', () => {
  expect(readSettings({ ...REQUIRED, POLL_SCHEDULE: '  ', OTHER: 'x' })).toEqual({
    vault: { uri: 'https://contoso.vault.azure.net', secretMaxAgeMs: 300_000 },
    storage: { connection: 'https://contoso.table.core.windows.net', isUrl: true },
    managedIdentityClientId: REQUIRED.MANAGED_IDENTITY_CLIENT_ID,
    entra: { authorityHost: 'https://login.microsoftonline.com' },
    graph: { endpoint: 'https://graph.microsoft.com', concurrency: undefined },
    poll: { schedule: '*/10 * * * * *', intervalMs: 10_000, freshWithinMs: 2_000 },
    freshness: { staleAfterMs: 60_000, unknownAfterMs: 120_000 },
    defaultCountry: 'DE',
    agentSource: { kind: 'list' },
    dataLevel: 'full',
    suspiciousAfterMs: 43_200_000,
    board: true,
  });
});

test('every missing setting is named in one message', () => {
  expect(faultOf({})).toMatch(/KEY_VAULT_URI.*PRESENCE_STORAGE.*MANAGED_IDENTITY_CLIENT_ID/s);
});

test.each([
  [{ DATA_LEVEL: 'x', STALE_AFTER_SECONDS: '5', UNKNOWN_AFTER_SECONDS: '3' }, /DATA_LEVEL.*STALE.*two poll.*UNKNOWN/s],
  [{ KEY_VAULT_URI: undefined, GRAPH_ENDPOINT: 'https://graph.microsoft.us' }, /KEY_VAULT_URI.*different clouds/s],
  [{ POLL_SCHEDULE: 'x', STALE_AFTER_SECONDS: '50', UNKNOWN_AFTER_SECONDS: '30' }, /POLL_SCHEDULE.*UNKNOWN_AFTER/s],
])('what is wrong by itself and what does not go together is named in one message', (env, message) => {
  expect(faultOf({ ...REQUIRED, ...env })).toMatch(message);
});

test.each(['HTTPS://contoso.table.core.windows.net', 'https://contoso.table.core.windows.net/'])(
  'the address %s is read as one address',
  address => {
    const { storage } = readSettings({ ...REQUIRED, PRESENCE_STORAGE: address });
    expect(storage).toEqual({ connection: 'https://contoso.table.core.windows.net', isUrl: true });
  },
);

describe('a fault is named, its value is not', () => {
  test.each([
    ['KEY_VAULT_URI', 'http://contoso.vault.azure.net'],
    ['KEY_VAULT_URI', 'https://canary.example.com'],
    ['PRESENCE_STORAGE', 'https://canary.blob.core.windows.net'],
    ['PRESENCE_STORAGE', 'https://contoso.table.core.windows.net/?sig=canary'],
    ['PRESENCE_STORAGE', 'https://contoso:canary@contoso.table.core.windows.net'],
    ['PRESENCE_STORAGE', 'https://contoso.table.core.windows.net/canary'],
    ['KEY_VAULT_URI', 'https://u:canary@contoso.vault.azure.net'],
    ['GRAPH_ENDPOINT', 'https://graph.microsoft.com/canary'],
    ['PRESENCE_STORAGE', 'AccountName=canary'],
    ['PRESENCE_STORAGE', 'AccountName=canary;AccountKey=canary;EndpointSuffix=core.windows.net'],
    ['PRESENCE_STORAGE', 'AccountName=;AccountKey=canary'],
    ['PRESENCE_STORAGE', 'xAccountName=canary AccountKey=canary'],
    ['PRESENCE_STORAGE', 'DefaultEndpointsProtocol=http;AccountName=canary;AccountKey=canary'],
    ['PRESENCE_STORAGE', 'AccountName=canary;AccountKey=canary;TableEndpoint=http://canary.example.com/'],
    ['PRESENCE_STORAGE', 'AccountName=canary;AccountKey=canary;TableEndpoint=canary'],
    ['MANAGED_IDENTITY_CLIENT_ID', 'canary'],
    ['POLL_SCHEDULE', '*/10 * * * *'],
    ['POLL_SCHEDULE', 'canary canary canary canary canary canary'],
    ['POLL_SCHEDULE', '99 * * * * *'],
    ['GRAPH_CONCURRENCY', '0'],
    ['GRAPH_CONCURRENCY', '3.5'],
    ['STALE_AFTER_SECONDS', 'canary'],
    ['STALE_AFTER_SECONDS', '19'],
    ['UNKNOWN_AFTER_SECONDS', '59'],
    ['SECRET_MAX_AGE_SECONDS', '-1'],
    ['DEFAULT_COUNTRY', 'ZZ'],
    ['DATA_LEVEL', 'canary'],
    ['AGENT_SOURCE', 'everybody'],
    ['AGENT_SOURCE', 'group:'],
    ['AGENT_SOURCE', 'group:support'],
    ['DIRECTORY_SCHEDULE', '* * * *'],
    ['GRAPH_ENDPOINT', 'https://graph.microsoft.us'],
    ['AUTHORITY_HOST', 'https://login.microsoftonline.us'],
    ['AUTHORITY_HOST', 'https://login.microsoftonline.com:8443'],
    ['GRAPH_ENDPOINT', 'https://graph.microsoft.com:444'],
    ['FRESH_WITHIN_SECONDS', '0x10'],
    ['STALE_AFTER_SECONDS', '6e1'],
    ['GRAPH_ENDPOINT', 'https://canary.example.com'],
  ])('%s=%s', (name, value) => {
    const fault = faultOf({ ...REQUIRED, [name]: value });
    expect(fault).toContain(name);
    expect(fault).not.toContain('canary');
  });
});

test('a slow schedule needs a longer patience', () => {
  expect(faultOf({ ...REQUIRED, POLL_SCHEDULE: '0 * * * * *' })).toContain('at least two poll intervals (120)');
  const slow = { POLL_SCHEDULE: '0 * * * * *', STALE_AFTER_SECONDS: '120', UNKNOWN_AFTER_SECONDS: '240' };
  expect(faultOf({ ...REQUIRED, ...slow })).toBe('');
});

describe('a schedule is read as the platform reads it', () => {
  test.each([
    '*/10 * * * * *',
    '0/10 * * * * *',
    '5/10 * * * * *',
    '0,30 * * * * *',
    '0 0 8-18 * * Mon-Fri',
    '0 0 0 1 January Monday',
    '0 */5 * * * *',
  ])('%s', text => {
    expect(readSchedule(text)).toBeDefined();
  });

  test.each([
    '* * * * *',
    '0 * * * * 7',
    '0 0 0 L * *',
    '0 0 0 ? * *',
    '0 0 0 * * 5#2',
    '60 * * * * *',
    '*/0 * * * * *',
    '5-2 * * * * *',
    '0 0 0 31 2 *',
    '@hourly',
    '',
  ])('not %s', text => {
    expect(readSchedule(text)).toBeUndefined();
  });

  test('with the times it names', () => {
    expect(
      occurrences(readSchedule('5/20 * * * * *') ?? '', 4)
        .map(time => (time / 1000) % 60)
        .sort((a, b) => a - b),
    ).toEqual(expect.arrayContaining([5, 25, 45]));
  });
});

test.each([
  'UseDevelopmentStorage=true',
  'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=YQ==;EndpointSuffix=core.windows.net',
  'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:10002/a;',
])('a connection string is %s', connection => {
  expect(readSettings({ ...REQUIRED, PRESENCE_STORAGE: connection }).storage).toEqual({ connection, isUrl: false });
});

test('passwords go to Microsoft, or to a simulated tenant on the same machine', () => {
  const pair = { GRAPH_ENDPOINT: 'https://canary.example.com', AUTHORITY_HOST: 'https://canary.example.com' };
  expect(faultOf({ ...REQUIRED, ...pair })).toMatch(/^AUTHORITY_HOST .*GRAPH_ENDPOINT [^;]*$/);
  const simulated = { GRAPH_ENDPOINT: 'https://localhost:1', AUTHORITY_HOST: 'https://localhost:2' };
  expect(readSettings({ ...REQUIRED, ...simulated }).graph.endpoint).toBe('https://localhost:1');
});

test('clouds come in pairs', () => {
  const pair = { GRAPH_ENDPOINT: 'https://dod-graph.microsoft.us', AUTHORITY_HOST: 'https://login.microsoftonline.us' };
  expect(readSettings({ ...REQUIRED, ...pair }).graph.endpoint).toBe('https://dod-graph.microsoft.us');
});

test('the timer has a schedule whatever is wrong', () => {
  expect(scheduleOrDefault({ POLL_SCHEDULE: '0 */5 * * * *' }, 'POLL_SCHEDULE')).toBe('0 */5 * * * *');
  expect(scheduleOrDefault({ POLL_SCHEDULE: 'nonsense' }, 'POLL_SCHEDULE')).toBe(DEFAULT_SCHEDULES.POLL_SCHEDULE);
  expect(scheduleOrDefault({}, 'DIRECTORY_SCHEDULE')).toBe('0 0 * * * *');
});

test.each([
  ['* */5 * * * *', 241],
  ['0,1 * * * * *', 59],
  ['*/7 * * * * *', 7],
  ['0/20 30-45 * * * *', 2_660],
  ['0 0 8-17 * * *', 54_000],
  ['*/10 * * * * 1-5', 86_400],
  ['*/10 * * 1 * *', 86_400],
  ['0 0 0 * * *', 86_400],
])('%s leaves data alone for up to %i s', (text, seconds) => {
  expect(longestGapSeconds(readSchedule(text) ?? '')).toBe(seconds);
});

test.each(['* */5 * * * *', '*/10 * * * * 1-5', '0/20 30-45 * * * *'])(
  '%s is too slow for the freshness settings',
  text => {
    expect(faultOf({ ...REQUIRED, POLL_SCHEDULE: text })).toContain('at least two poll intervals');
  },
);

test.each(['*/61 * * * * *', '* * */25 * * *', '0 0 0 30 2 *', '* * * */40 * *', '5-1 * * * * *'])(
  '%s is a settings fault, and takes no timer down',
  text => {
    expect(faultOf({ ...REQUIRED, POLL_SCHEDULE: text })).toContain('POLL_SCHEDULE must be six fields');
    expect(scheduleOrDefault({ POLL_SCHEDULE: text }, 'POLL_SCHEDULE')).toBe(DEFAULT_SCHEDULES.POLL_SCHEDULE);
  },
);
