import { type CountryCode, getCountryCallingCode, Metadata, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { LONGEST_EXTENSION, LONGEST_NUMBER, readWritten, type WrittenNumber } from './writtenNumber.ts';

interface Candidate {
  readonly number: string;
  readonly valid: boolean;
  readonly callingCode: string;
  /** Its digits as they are written at home; empty where no way of writing it is known. */
  readonly national: string;
}

function parse(text: string, country?: CountryCode): Candidate | undefined {
  const parsed = parsePhoneNumberFromString(text, country);
  if (parsed === undefined || parsed.number.length > LONGEST_NUMBER + 1) return undefined;
  const shown = parsed.formatNational();
  const national = shown === parsed.nationalNumber ? '' : shown.replace(/\D/g, '');
  return { number: parsed.number, valid: parsed.isValid(), callingCode: parsed.countryCallingCode, national };
}

/** What digits behind a plus, or behind 00, may mean, the likeliest first. */
function behindPlus(written: WrittenNumber, country: CountryCode): string[] {
  const abroad = dialledAbroad(written.dialled ?? '', country);
  const first = withPlus(written);
  // 00 is what people write for "abroad" everywhere; what is dialled in the country counts where this makes no number.
  return first?.valid || abroad === '' ? [...new Set([first?.number ?? '', abroad])] : [abroad];
}

/** The likeliest number for digits behind a plus: a zero that is dialled at home only is often left in. */
function withPlus({ digits, withZero }: WrittenNumber): Candidate | undefined {
  const first = parse(`+${digits}`);
  if (first?.valid) return first;
  const kept = withZero === undefined ? undefined : parse(`+${withZero}`);
  if (kept?.valid) return kept;
  if (first === undefined || !digits.startsWith(`${first.callingCode}0`)) return first;
  const without = parse(`+${first.callingCode}${digits.slice(first.callingCode.length + 1)}`);
  return without?.valid ? without : first;
}

interface DialPrefixes {
  /** What a number is dialled with at home, such as 0; empty where there is no such thing. */
  readonly trunk: string;
  /** What a number of another country is dialled with, such as 00. */
  readonly abroad: RegExp;
}

const prefixesOf = new Map<CountryCode, DialPrefixes>();

function dialPrefixes(country: CountryCode): DialPrefixes {
  const known = prefixesOf.get(country);
  if (known !== undefined) return known;
  const metadata = new Metadata();
  metadata.selectNumberingPlan(country);
  // The package's types leave out what its plan knows.
  const plan = metadata.numberingPlan as { nationalPrefix?(): string | undefined; IDDPrefix?(): string } | undefined;
  // Where there is none the package says 0, a number.
  const prefixes = {
    trunk: plan?.nationalPrefix?.() || '',
    abroad: new RegExp(`^(?:${plan?.IDDPrefix?.() || '00'})`),
  };
  prefixesOf.set(country, prefixes);
  return prefixes;
}

/** Digits that begin with 00 where another way abroad begins so too: 0011 in Australia, 001 in Korea. */
function dialledAbroad(dialled: string, country: CountryCode): string {
  const behind = dialled.replace(dialPrefixes(country).abroad, '');
  const candidate = behind === dialled ? undefined : parse(`+${behind}`);
  return candidate?.valid ? candidate.number : '';
}

/** What digits without a plus may mean, the likeliest first: they may be E.164, or the national form. */
function withoutPlus({ digits, isNational, firstGroup }: WrittenNumber, country: CountryCode): string[] {
  const { trunk } = dialPrefixes(country);
  const national = parse(digits, country);
  const international = digits.startsWith('0') ? undefined : parse(`+${digits}`);
  // A national number without the prefix that is written with it at home is a doubtful one.
  // The code of a country stands in a group of its own, or together with what follows it: 495 123 45 67 has none.
  const isGrouped = firstGroup !== '' && firstGroup.length <= 4 && firstGroup !== international?.callingCode;
  const isWhole = national?.valid && (isNational || isGrouped || national.national === digits);
  const complete = trunk === '' || digits.startsWith(trunk) || isWhole;
  const inOrder = [
    international?.valid && digits.startsWith(getCountryCallingCode(country)) ? international : undefined,
    national?.valid && complete ? national : undefined,
    international?.valid ? international : undefined,
    national?.valid || complete ? national : undefined,
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
  const isExtension = (text: string) => text.length <= LONGEST_EXTENSION && /[1-9]/.test(text);
  if (digits === '') return !plus && isExtension(extension) ? [extension] : [];
  const { trunk } = dialPrefixes(country);
  // Three groups of four that begin with the country's own code are a number: 4989 1234 5678.
  const isOwn = digits.length > 8 && digits.startsWith(getCountryCallingCode(country));
  if (digits.length > LONGEST_NUMBER || (written.isPair && trunk !== '' && !isOwn)) return [];
  // No country has numbers so short; in an answer, which shows digits alone, it would read as an extension.
  if (digits.length <= LONGEST_EXTENSION) return !plus && extension === '' && isExtension(digits) ? [digits] : [];
  const numbers = plus ? behindPlus(written, country) : withoutPlus(written, country);
  const suffix = extension === '' ? '' : `;ext=${extension}`;
  return numbers.filter(number => number !== '').map(number => `${number}${suffix}`);
}

const byLength = (one: string, other: string) => one.length - other.length;

/** Whether two texts say one number, one of them with its country and one as it is written at home. */
export function saySameNumber(one: string, other: string): boolean {
  const [first, second] = [readWritten(one), readWritten(other)];
  if (first === undefined || second === undefined || first.extension !== second.extension) return false;
  // What is dialled at home before a number is a zero, where it is anything.
  const [short = '', long = ''] = [first, second].map(({ digits }) => digits.replace(/^0+/, '')).sort(byLength);
  return short === long || parsePhoneNumberFromString(`+${long}`)?.nationalNumber === short;
}

/** Whether the second text says the number of the first and an extension behind it. */
export function addsExtension(one: string, other: string): boolean {
  const [first, second] = [readWritten(one), readWritten(other)];
  if (first === undefined || first.extension !== '' || !second?.extension) return false;
  return saySameNumber(`${first.plus ? '+' : ''}${first.digits}`, `${second.plus ? '+' : ''}${second.digits}`);
}

/** What a number of the list or of the directory is found by; empty when it is none. */
export function numberKey(text: string, country: CountryCode): string {
  return numberReadings(text, country)[0] ?? '';
}

/** The digits of an answer as E.164, also of numbers that no plan knows, such as those of films. */
function withPlusInFront(text: string, country: CountryCode): string[] {
  const digits = text.trim();
  const isE164 = /^[1-9]\d{6,}(?:;ext=\d+)?$/.test(digits);
  return isE164 ? numberReadings(`+${digits}`, country) : [];
}

/** The readings of a key: a plus in a URL arrives as a blank, which may also be one. */
export function keyReadings(text: string, country: CountryCode): string[] {
  const asWritten = numberReadings(text, country);
  const asBlank = text.startsWith(' ') ? numberReadings(`+${text.trim().replace(/^\+/, '')}`, country) : [];
  return [...new Set([...asBlank, ...asWritten, ...withPlusInFront(text, country)])];
}
