import * as z from 'zod';
import { failureSchema } from './failure.ts';
import { count, days, seconds, status, text, time } from './fields.ts';

const expiry = z.enum(['ok', 'warning', 'critical', 'unknown']);

const pullAge = (description: string) => z.int().min(-1).meta({ description });

export const healthSchema = z
  .strictObject({
    status,
    state: z.enum(['ok', 'degraded', 'down']),
    reason: z.string(),
    fault1: z.string(),
    fault2: z.string(),
    fault3: z.string(),
    lastPollAt: time('The last try to read Teams'),
    lastPollAgeSeconds: seconds('Its age'),
    lastSuccessAt: time('The last complete reading'),
    agentsMapped: count('Agents'),
    agentsFound: count('Found in the directory and enabled'),
    agentsFailed: count('All others'),
    lastPullAt: time('The last question of the ACD to this instance'),
    pullsLastHour: count('Questions of the ACD to this instance'),
    pullsRenewed: count('Of these, how many had the data renewed before they were answered'),
    pullAgeP50: pullAge('Age of the data at half of them; -1 without any'),
    pullAgeP99: pullAge('Age of the data at all but one of a hundred; -1 without any'),
    secretDaysLeft: days('Days the client secret lasts'),
    secretExpiresOn: z.string(),
    secretExpirySource: z.string(),
    secretExpiry: expiry,
    passwordDaysLeft: days("Days the user's password lasts"),
    passwordExpiresOn: z.string(),
    passwordExpirySource: z.string(),
    passwordExpiry: expiry,
    expiryHint: z.string(),
    signIn: z.string(),
    version: z.string(),
  })
  .meta({ id: 'Health' });

export const healthFailureSchema = failureSchema.extend({ state: z.literal('down') }).meta({ id: 'HealthFailure' });

export const doctorSchema = z
  .strictObject({
    status,
    state: z.enum(['ok', 'warning', 'failed']),
    steps: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        guide: text('Section of the set-up guide; empty where nothing of the set-up mends it'),
        status: z.enum(['ok', 'warning', 'failed', 'skipped']),
        seen: z.string(),
        todo: z.string(),
      }),
    ),
    ageSeconds: seconds('How long ago this was examined; a result is given out for half a minute'),
    version: z.string(),
    jtel: z.strictObject({
      baseUrl: z.string(),
      header: z.string(),
      sampleUrl: z.string(),
      variables: z.string(),
      lag: z.string(),
    }),
  })
  .meta({ id: 'DoctorReport' });

export const liveSchema = z.strictObject({ status, version: z.string() }).meta({ id: 'Live' });
export const liveFailureSchema = failureSchema.extend({ version: z.string() }).meta({ id: 'LiveFailure' });
