import { type CountryCode, getCountryCallingCode, Metadata, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { cleanText } from '../../lib/cleanText.ts';

/** A telephone system's extension: too short to be anybody's number outside it. */
export const LONGEST_EXTENSION = 6;
/** The longest there is in the world (ITU-T E.164). */
const LONGEST_NUMBER = 15;
const LONGEST_TEXT = 60;
/** What people and telephone systems write between the digits. */
const WRITTEN = /^\(?\+?[\d ()/.-]*$/;
/** An extension behind a number: `;ext=12`, `ext. 12`, `x12`, `#12`, and the German words for it. */
const BEHIND = /(?:;\s*ext\s*=|(?:[,;]?\s*(?:extension|ext|durchwahl|dw|nst|x|#)\s*[.:=]?))\s*(\d{1,7})$/i;
/** Parameters of a `tel:` address that say nothing of who is meant (RFC 3966). */
const PARAMETERS = /;(?!\s*ext\s*=)[\w-]+(?:=[^;]*)?/gi;
/** What a spreadsheet makes of a number that it takes for a quantity. */
const FLOAT = /^\d+[.,]0+$/;
/** Shorter parts around a slash belong to one number: `089/123456`. */
const SHORTEST_OF_TWO = 6;

interface Written {
  readonly plus: boolean;
  readonly digits: string;
  /** Something stands between the digits. */
  readonly isGrouped: boolean;
  /** What stands behind the number; empty without. */
  readonly extension: string;
}

/** Takes a number apart; undefined for what is none, and for two of them. */
function readWritten(text: string): Written | undefined {
  const clean = cleanText(text.normalize('NFKC'))
    .replace(/\p{Pd}/gu, '-')
    .replace(/^tel:\s*/i, '');
  if (clean === '' || clean.length > LONGEST_TEXT || FLOAT.test(clean)) return undefined;
  const bare = clean.replace(PARAMETERS, '');
  const extension = BEHIND.exec(bare)?.[1] ?? '';
  const main = extension === '' ? bare : bare.replace(BEHIND, '').trim();
  if (!WRITTEN.test(main)) return undefined;
  const parts = main.split('/').filter(part => part.replace(/\D/g, '').length >= SHORTEST_OF_TWO);
  if (parts.length > 1) return undefined;
  const digits = main.replace(/\D/g, '');
  if (!main.includes('+') && digits.startsWith('00') && digits.length > LONGEST_EXTENSION) {
    return { plus: true, digits: digits.slice(2), isGrouped: true, extension };
  }
  return { plus: main.includes('+'), digits, isGrouped: /\d\D+\d/.test(main), extension };
}

interface Candidate {
  readonly number: string;
  readonly valid: boolean;
}

function parse(text: string, country?: CountryCode): Candidate | undefined {
  const parsed = parsePhoneNumberFromString(text, country);
  return parsed && { number: parsed.number, valid: parsed.isValid() };
}

const trunkPrefixes = new Map<CountryCode, string>();

/** What a number is dialled with at home, such as 0; empty where there is no such thing. */
function trunkPrefix(country: CountryCode): string {
  const known = trunkPrefixes.get(country);
  if (known !== undefined) return known;
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  // The package's types leave out what its plan knows.
  const plan = metadata.numberingPlan as { nationalPrefix?(): string | undefined } | undefined;
  const prefix = plan?.nationalPrefix?.() ?? '';
  trunkPrefixes.set(country, prefix);
  return prefix;
}

/** What digits without a plus may mean, the likeliest first: they may be E.164, or the national form. */
function withoutPlus(digits: string, country: CountryCode): string[] {
  const trunk = trunkPrefix(country);
  const national = parse(digits, country);
  const international = digits.startsWith('0') ? undefined : parse(`+${digits}`);
  // A national number without the prefix that it is dialled with at home is a doubtful one.
  const complete = trunk === '' || digits.startsWith(trunk);
  const inOrder = [
    international?.valid && digits.startsWith(getCountryCallingCode(country)) ? international : undefined,
    national?.valid && complete ? national : undefined,
    international?.valid ? international : undefined,
    national,
  ];
  return [...new Set(inOrder.flatMap(candidate => candidate?.number ?? []))];
}

/**
 * What a number may mean, the likeliest first: an extension as its digits, anything else in E.164 with plus, and with
 * `;ext=` where an extension stands behind it. Empty for what is no number. A list, the directory and a key are all read
 * by this.
 *
 * @param text as a person or a telephone system writes it
 * @param country whose national form is meant where there is no international prefix
 */
export function numberReadings(text: string, country: CountryCode): string[] {
  const written = readWritten(text);
  if (written === undefined) return [];
  const { plus, digits, extension } = written;
  if (digits === '') return plus || /^0*$/.test(extension) ? [] : [extension];
  if (digits.length > LONGEST_NUMBER) return [];
  const trunk = trunkPrefix(country);
  // With the prefix that is dialled at home, and in groups, the shortest numbers of a country are as short: 089 111.
  const isNational =
    written.isGrouped && trunk !== '' && digits.startsWith(trunk) && digits.length === LONGEST_EXTENSION;
  if (!plus && digits.length <= LONGEST_EXTENSION && !isNational) {
    return extension !== '' || /^0+$/.test(digits) ? [] : [digits];
  }
  const numbers = plus ? [parse(`+${digits}`)?.number ?? ''] : withoutPlus(digits, country);
  const suffix = extension === '' ? '' : `;ext=${extension}`;
  return numbers.filter(number => number !== '').map(number => `${number}${suffix}`);
}

/** What a number of the list or of the directory is found by; empty when it is none. */
export function numberKey(text: string, country: CountryCode): string {
  return numberReadings(text, country)[0] ?? '';
}

/** A number in E.164 with plus; empty for an extension and for anything that is no number. */
export function toE164(text: string, country: CountryCode): string {
  const key = numberKey(text, country);
  return key.startsWith('+') ? key : '';
}

/** The readings of a key: a plus in a URL arrives as a blank. */
export function keyReadings(text: string, country: CountryCode): string[] {
  return numberReadings(text.startsWith(' ') ? `+${text.trim().replace(/^\+/, '')}` : text, country);
}

/** Whether a text is written as one number is, be there such a number or not: words, two numbers and zeros are not. */
export function looksLikeNumber(text: string): boolean {
  const written = readWritten(text);
  return (
    written !== undefined && written.digits.length <= LONGEST_NUMBER && /[1-9]/.test(written.digits + written.extension)
  );
}
