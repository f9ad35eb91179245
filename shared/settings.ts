import { isSupportedCountry } from 'libphonenumber-js/min';
import * as z from 'zod';
import { type AgentSource, readAgentSource } from './domain/agents/agentSource.ts';
import type { FreshnessLimits } from './domain/presence/freshness.ts';
import type { DataLevel } from './domain/snapshot/record.ts';
import { SettingsError } from './errors/errors.ts';
import { GUID } from './lib/guid.ts';
import { plainAddress } from './lib/plainAddress.ts';
import { longestGapSeconds, readSchedule } from './lib/schedule.ts';
import { LOOPBACK, readStorage, type StorageConnection } from './lib/storageConnection.ts';

/** How old data may be before a question has Teams asked anew. */
export const DEFAULT_FRESH_WITHIN_SECONDS = 2;
export const DEFAULT_SCHEDULES = { POLL_SCHEDULE: '*/10 * * * * *', DIRECTORY_SCHEDULE: '0 0 * * * *' } as const;

export interface Settings {
  readonly vault: { readonly uri: string; readonly secretMaxAgeMs: number };
  readonly storage: StorageConnection;
  readonly managedIdentityClientId: string;
  readonly entra: { readonly authorityHost: string };
  /** Without a concurrency it follows from the number of shards. */
  readonly graph: { readonly endpoint: string; readonly concurrency: number | undefined };
  readonly poll: { readonly schedule: string; readonly intervalMs: number; readonly freshWithinMs: number };
  readonly freshness: FreshnessLimits;
  readonly defaultCountry: z.infer<typeof country>;
  readonly agentSource: AgentSource;
  readonly dataLevel: DataLevel;
  /** Available for so long without any change is pointed out; 0 is off. */
  readonly suspiciousAfterMs: number;
  /** Whether the page to look at is served. */
  readonly board: boolean;
}

// Sign-in and Graph of one cloud belong together: a token of one cloud opens nothing in another
// (learn.microsoft.com/graph/deployments).
const CLOUDS: Readonly<Record<string, string>> = {
  'https://graph.microsoft.com': 'https://login.microsoftonline.com',
  'https://graph.microsoft.us': 'https://login.microsoftonline.us',
  'https://dod-graph.microsoft.us': 'https://login.microsoftonline.us',
};
const VAULT_HOST = /\.vault\.(azure\.net|usgovcloudapi\.net)$/;

const url = (name: string, example: string, isMeant: (address: URL) => boolean) =>
  z.string(`${name} is missing; set it, for example to ${example}`).transform((text, context) => {
    const address = plainAddress(text);
    if (address !== undefined && isMeant(address)) return address.origin;
    context.addIssue({ code: 'custom', message: `${name} is not an address like ${example}` });
    return z.NEVER;
  });

const service = (name: string, standard: string, origins: readonly string[]) =>
  // Besides Microsoft only the simulated tenant gets tokens and passwords.
  url(name, standard, ({ origin, hostname }) => origins.includes(origin) || LOOPBACK.includes(hostname)).default(
    standard,
  );

const optionalWhole = (name: string, min: number, max: number) =>
  z
    .string()
    .transform(text => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN))
    .refine(
      value => Number.isInteger(value) && value >= min && value <= max,
      `${name} must be a whole number from ${min} to ${max}`,
    )
    .optional();

const whole = (name: string, standard: number, min: number, max: number) =>
  optionalWhole(name, min, max).transform(value => value ?? standard);

const schedule = (name: string, standard: string) =>
  z
    .string()
    .default(standard)
    .refine(
      text => readSchedule(text) !== undefined,
      `${name} must be six fields: second minute hour day month day-of-week, for example ${standard}`,
    );

const storage = z
  .string('PRESENCE_STORAGE is missing; set it to https://ACCOUNT.table.core.windows.net')
  .transform((text, context) => {
    const read = readStorage(text);
    if (read !== undefined) return read;
    const message = 'PRESENCE_STORAGE is neither https://ACCOUNT.table.core.windows.net nor a connection string';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

const country = z
  .string()
  .default('DE')
  .refine(isSupportedCountry, 'DEFAULT_COUNTRY must be a two-letter country code, for example DE');

const agentSource = z
  .string()
  .default('list')
  .transform((text, context) => {
    const source = readAgentSource(text);
    if (source !== undefined) return source;
    context.addIssue({
      code: 'custom',
      message: 'AGENT_SOURCE must be list, tenant or group:ID with object ids of groups',
    });
    return z.NEVER;
  });

const environment = z.object({
  KEY_VAULT_URI: url('KEY_VAULT_URI', 'https://VAULT.vault.azure.net', ({ hostname }) => VAULT_HOST.test(hostname)),
  PRESENCE_STORAGE: storage,
  MANAGED_IDENTITY_CLIENT_ID: z
    .string('MANAGED_IDENTITY_CLIENT_ID is missing; set it to the client id of the user-assigned identity')
    .regex(GUID, 'MANAGED_IDENTITY_CLIENT_ID must be the client id (a GUID) of the user-assigned identity'),
  AUTHORITY_HOST: service('AUTHORITY_HOST', 'https://login.microsoftonline.com', Object.values(CLOUDS)),
  GRAPH_ENDPOINT: service('GRAPH_ENDPOINT', 'https://graph.microsoft.com', Object.keys(CLOUDS)),
  GRAPH_CONCURRENCY: optionalWhole('GRAPH_CONCURRENCY', 1, 32),
  FRESH_WITHIN_SECONDS: whole('FRESH_WITHIN_SECONDS', DEFAULT_FRESH_WITHIN_SECONDS, 0, 60),
  POLL_SCHEDULE: schedule('POLL_SCHEDULE', DEFAULT_SCHEDULES.POLL_SCHEDULE),
  DIRECTORY_SCHEDULE: schedule('DIRECTORY_SCHEDULE', DEFAULT_SCHEDULES.DIRECTORY_SCHEDULE),
  SUSPICIOUS_AFTER_HOURS: whole('SUSPICIOUS_AFTER_HOURS', 12, 0, 720),
  STALE_AFTER_SECONDS: whole('STALE_AFTER_SECONDS', 60, 1, 86_400),
  UNKNOWN_AFTER_SECONDS: whole('UNKNOWN_AFTER_SECONDS', 120, 1, 86_400),
  SECRET_MAX_AGE_SECONDS: whole('SECRET_MAX_AGE_SECONDS', 300, 1, 86_400),
  AGENT_SOURCE: agentSource,
  DEFAULT_COUNTRY: country,
  BOARD: z.enum(['on', 'off'], 'BOARD must be on or off').default('on'),
  DATA_LEVEL: z.enum(['full', 'minimal'], 'DATA_LEVEL must be full or minimal').default('full'),
});

/** Every setting there is. */
export const SETTING_NAMES = Object.keys(environment.shape);

/** The two addresses of a cloud, checked as the app's settings are. */
export const cloudSchema = environment.pick({ AUTHORITY_HOST: true, GRAPH_ENDPOINT: true });

type Environment = z.output<typeof environment>;

/** The longest time between two polls: how old data gets in the ordinary course of things. */
function intervalMs(schedule: string): number {
  return longestGapSeconds(readSchedule(schedule) ?? schedule) * 1000;
}

/** What does not go together of the settings that are right by themselves. */
function contradictions({
  GRAPH_ENDPOINT: graph,
  AUTHORITY_HOST: authority,
  POLL_SCHEDULE: schedule,
  STALE_AFTER_SECONDS: stale,
  UNKNOWN_AFTER_SECONDS: unknown,
}: Partial<Environment>): string[] {
  const faults: string[] = [];
  if (graph !== undefined && authority !== undefined) {
    const isCloud = CLOUDS[graph] !== undefined || Object.values(CLOUDS).includes(authority);
    if (isCloud && CLOUDS[graph] !== authority) {
      faults.push('GRAPH_ENDPOINT and AUTHORITY_HOST belong to different clouds; set both or neither');
    }
  }
  const twoPolls = schedule === undefined ? 0 : (2 * intervalMs(schedule)) / 1000;
  if (stale !== undefined && stale < twoPolls) {
    faults.push(`STALE_AFTER_SECONDS must be at least two poll intervals (${twoPolls})`);
  }
  if (stale !== undefined && unknown !== undefined && unknown < stale) {
    faults.push('UNKNOWN_AFTER_SECONDS must be at least STALE_AFTER_SECONDS');
  }
  return faults;
}

/** The settings that are right, each by itself. */
function readable(env: Readonly<Record<string, string>>): Partial<Environment> {
  const fields = Object.entries(environment.shape).flatMap(([name, schema]) => {
    const { success, data } = schema.safeParse(env[name]);
    return success ? [[name, data] as const] : [];
  });
  return Object.fromEntries(fields);
}

/**
 * Reads the app settings; an empty one counts as not set.
 *
 * @param others faults that were found before
 * @throws SettingsError that names every fault, never a value
 */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  others: readonly string[] = [],
): Settings {
  const filled = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value] as const] : [])),
  );
  const parsed = environment.safeParse(filled);
  const faults = [
    ...(parsed.error?.issues.map(issue => issue.message) ?? []),
    ...contradictions(parsed.data ?? readable(filled)),
    ...others,
  ];
  if (!parsed.success || faults.length > 0) throw new SettingsError(`${faults.join('. ')}.`);
  const data = parsed.data;
  return {
    vault: { uri: data.KEY_VAULT_URI, secretMaxAgeMs: data.SECRET_MAX_AGE_SECONDS * 1000 },
    storage: data.PRESENCE_STORAGE,
    managedIdentityClientId: data.MANAGED_IDENTITY_CLIENT_ID,
    entra: { authorityHost: data.AUTHORITY_HOST },
    graph: { endpoint: data.GRAPH_ENDPOINT, concurrency: data.GRAPH_CONCURRENCY },
    poll: {
      schedule: readSchedule(data.POLL_SCHEDULE) ?? data.POLL_SCHEDULE,
      intervalMs: intervalMs(data.POLL_SCHEDULE),
      freshWithinMs: data.FRESH_WITHIN_SECONDS * 1000,
    },
    freshness: { staleAfterMs: data.STALE_AFTER_SECONDS * 1000, unknownAfterMs: data.UNKNOWN_AFTER_SECONDS * 1000 },
    defaultCountry: data.DEFAULT_COUNTRY,
    agentSource: data.AGENT_SOURCE,
    dataLevel: data.DATA_LEVEL,
    board: data.BOARD === 'on',
    suspiciousAfterMs: data.SUSPICIOUS_AFTER_HOURS * 3_600_000,
  };
}

/** A schedule when it is valid, else its default: the timers must be registered whatever else is wrong. */
export function scheduleOrDefault(
  env: Readonly<Record<string, string | undefined>>,
  timer: keyof typeof DEFAULT_SCHEDULES,
): string {
  const pattern = env[timer]?.trim();
  return pattern && readSchedule(pattern) !== undefined ? pattern : DEFAULT_SCHEDULES[timer];
}
