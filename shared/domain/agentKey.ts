import { z } from 'zod';
import { GUID } from './guid.ts';
import type { MatchedBy } from './record.ts';

/** The ids of the ACD: short, printable, safe in a URL. */
export const AGENT_ID = /^[A-Za-z0-9._@-]{1,64}$/;
/** Enough to tell an address from a slip of the pen; the directory decides whether anybody has it. */
export const EMAIL = /^[^\s@,;<>"\\]{1,64}@[^\s@,;<>"\\]{1,190}$/;

export type KeyKind = Exclude<MatchedBy, ''>;

/** Kinds in the order they are tried; the first that finds anybody decides. */
const KINDS: readonly { kind: KeyKind; prefix: string; accepts: RegExp }[] = [
  { kind: 'agentId', prefix: 'id:', accepts: AGENT_ID },
  { kind: 'userId', prefix: '', accepts: GUID },
  { kind: 'email', prefix: 'mail:', accepts: EMAIL },
];

/** The ways in which one key may be read, in order. */
export type KeyReadings = readonly { readonly kind: KeyKind; readonly value: string }[];

/**
 * Reads the key an ACD asks by: an agentId, an object id, a UPN or e-mail. A prefix `id:` or `mail:` forces the kind.
 * Keys that could not be any of these are refused at the edge.
 */
export const agentKeySchema = z
  .string()
  .trim()
  .max(256)
  .transform((text, context): KeyReadings => {
    const forced = KINDS.find(({ prefix }) => prefix !== '' && text.toLowerCase().startsWith(prefix));
    const value = forced === undefined ? text : text.slice(forced.prefix.length).trim();
    const readings = (forced === undefined ? KINDS : [forced])
      .filter(({ accepts }) => accepts.test(value))
      .map(({ kind }) => ({ kind, value }));
    if (readings.length === 0) context.addIssue({ code: 'custom', message: 'not a key' });
    return readings;
  });
