import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** A telephone system's extension: too short to be anybody's number outside it, so it is kept as written. */
const EXTENSION = /^\d{1,6}$/;

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
