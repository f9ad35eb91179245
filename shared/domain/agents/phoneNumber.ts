import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** A telephone system's extension: too short to be anybody's number outside it, so it is kept as written. */
const EXTENSION = /^\d{1,6}$/;
/** What people and telephone systems write between the digits. */
const WRITTEN = /^[+ ]?[\d\s()/.-]{1,39}$/;

/**
 * A phone number as a person or a PBX writes it, in E.164 with plus.
 * Empty for an extension and for anything that cannot be a number.
 *
 * @param country whose national form is meant when there is no international prefix
 */
export function toE164(text: string, country: CountryCode): string {
  const trimmed = text.trim();
  if (trimmed === '' || EXTENSION.test(trimmed)) return '';
  const international = trimmed.replace(/^00/, '+');
  return parsePhoneNumberFromString(international, country)?.number ?? '';
}

/** What a number is found by: E.164, or the extension as written; empty when it is neither. */
export function numberKey(text: string, country: CountryCode): string {
  const trimmed = text.trim();
  return EXTENSION.test(trimmed) ? trimmed : toE164(trimmed, country);
}

/**
 * What somebody may mean who asks by a number, in order: an extension; a number with plus, with `00`, or with a leading
 * blank (a plus in a URL arrives as one); digits in E.164 without plus; the national form.
 */
export function numberReadings(text: string, country: CountryCode): string[] {
  if (!WRITTEN.test(text)) return [];
  const trimmed = text.trim();
  if (EXTENSION.test(trimmed)) return text.startsWith(' ') ? [] : [trimmed];
  const plus = text.startsWith(' ') ? `+${trimmed.replace(/^\+/, '')}` : trimmed;
  const candidates = /^(\+|00)/.test(plus) ? [plus] : [`+${plus}`, plus];
  return [...new Set(candidates.map(candidate => toE164(candidate, country)).filter(number => number !== ''))];
}
