import type { CountryCode } from 'libphonenumber-js/min';
import { cleanText, DASH, visibleText } from '../../lib/cleanText.ts';
import { GUID } from '../../lib/guid.ts';
import { AGENT_ID, type KeyKind } from './agent.ts';
import { keyReadings } from './phoneNumber.ts';

/** Enough to tell an address from a slip of the pen; the directory decides whether anybody has it. */
export const EMAIL = /^[^\s@,;:<>"\\]{1,64}@[^\s@,;<>"\\.]+(?:\.[^\s@,;<>"\\.]+)+$/;

/** The ways in which one key may be read, in order. */
export type KeyReadings = readonly { readonly kind: KeyKind; readonly value: string }[];

interface Kind {
  readonly kind: KeyKind;
  readonly prefix: string;
  readonly read: (text: string, country: CountryCode) => readonly string[];
}

const matching = (pattern: RegExp) => (text: string) => (pattern.test(cleanText(text)) ? [cleanText(text)] : []);

/** How directories and mail programs say that an address follows. */
const SCHEME = /^(?:mailto|smtp|sip):\s*/i;

/** An address without the scheme in front of it, and with what keyboards have where a word processor set its own. */
export function bareAddress(text: string): string {
  return text.replace(SCHEME, '').replace(DASH, '-').replace(/[‘’]/g, "'");
}

/** Kinds in the order they are tried; the first that finds anybody decides. */
const KINDS: readonly Kind[] = [
  { kind: 'agentId', prefix: 'id:', read: matching(AGENT_ID) },
  { kind: 'userId', prefix: '', read: matching(GUID) },
  { kind: 'email', prefix: 'mail:', read: text => matching(EMAIL)(bareAddress(cleanText(text))) },
  { kind: 'number', prefix: 'tel:', read: keyReadings },
];

const MOST_CHARACTERS = 256;

/**
 * What the key may mean that an ACD asks by: an agentId, an object id, a UPN or e-mail, a phone number in any spelling.
 * A prefix `id:`, `mail:` or `tel:` forces the kind.
 *
 * @param country whose national form a phone number may have
 * @returns nothing for a text that is no key
 */
export function lookupKey(key: string, country: CountryCode): KeyReadings {
  if (key.length > MOST_CHARACTERS) return [];
  const text = visibleText(key).trimStart();
  const forced = KINDS.find(({ prefix }) => prefix !== '' && text.toLowerCase().startsWith(prefix));
  const value = forced === undefined ? text : text.slice(forced.prefix.length);
  return (forced === undefined ? KINDS : [forced]).flatMap(({ kind, read }) =>
    read(value, country).map(found => ({ kind, value: found })),
  );
}
