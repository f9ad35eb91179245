import { cleanText, DASH } from '../../lib/cleanText.ts';

/** A telephone system's extension: too short to be anybody's number outside it. */
export const LONGEST_EXTENSION = 6;
/** The longest there is in the world (ITU-T E.164). */
export const LONGEST_NUMBER = 15;
const LONGEST_TEXT = 60;
/** What people and telephone systems write between the digits. */
const WRITTEN = /^\(?\+?[\d ()/.-]*$/;
/** An extension behind a number: `;ext=12`, `ext. 12`, `x12`, `#12`, `;12`, and the words for it around here. */
const BEHIND =
  /(?:;\s*|[,;]?\s*(?:extension|extensi[oó]n|extn|ext|durchwahl|nebenstelle|klappe|kl|apparat|app|dw|nst|intern[oa]?|int|poste|toestel|tst|wew|anexo|x|#)\s*[.:=]*\s*)[(-]?(\d{1,7})\)?$/i;
/** What stands in front of a number in free text: `tel:`, `Tel. `, `T: `. */
const LABEL = /^(?:tel(?:efon|ephone)?|t)\s*[.:]+\s*/i;
/** Whose the number is, for one without its beginning (RFC 3966). */
const CONTEXT = /;\s*phone-context=\+([\d().-]+)/i;
/** Parameters of a `tel:` address that say nothing of who is meant. */
const PARAMETERS = /;\s*(?!ext)[a-z-]+(?:=[^;]*|(?=;|$))/gi;
/** What a spreadsheet makes of a number that it takes for a quantity, with sign, brackets and blanks taken away. */
const ROUND = /^\d+[.,]0+$/;
/** The same with decimals; a sign, a zero at its head or groups say that it is a number after all. */
const DECIMAL = /^[1-9]\d*[.,]\d$|^[1-9]\d{3,}[.,]\d\d$/;
/** Three numbers as a date has them: `2026-11-28`, `28. 11. 2026`, `11/28/26`. */
const THREE_PARTS = /^(\d{1,4})[-/.] ?(\d{1,2})[-/.] ?(\d{1,4})\.?$/;
/** The zero that is dialled at home only, as `+49 (0)89 …` shows it. */
const OPTIONAL_ZERO = /\(0\)/;
/** Parts of so many digits are numbers of their own, shorter ones belong to one number: `035205/123456`. */
const SHORTEST_OF_TWO = 7;
/** Behind an area code and a slash so many digits are a number that is complete. */
const SHORTEST_SUBSCRIBER = 5;
/** With so many digits a number is complete: what stands behind a slash is another one, `089 1234567/68`. */
const COMPLETE = 9;

/** Groups alike: several extensions, or a number where numbers are written so. */
const PAIR = /^\(?[1-9]\d{3}\)?(?:[ .()-]+\(?[1-9]\d{3}\)?)+$|^[1-9]\d\d(?:\/[1-9]\d\d){2,}$/;
/** The code of a country by itself, before the slash. */
const COUNTRY_CODE = /^\(?(?:\+|00)\d{1,3}\)?\s*$/;
/** What a spreadsheet makes of `+49-89-1234567`: it calculates. An extension is shown as `-11` too, a number never. */
const CALCULATED = /^-\d{5,}$/;
/** From one extension to another: `-(11-19)`, `-11...19`; an area code in brackets stands in front. */
const RANGE = /\d\D{0,5}\((?:\d\d-\d\d|\d{3}-\d{3}|\d{4}-\d{4})\)$|\.\./;
/** The first one whole, the second one cut short: `4711/12`. */
const SHORTENED = /^[1-9]\d{3,} ?[/-] ?\d{1,3}$/;
/** Two of three digits that begin alike: `101-110`. */
const FROM_TO = /^(\d)(\d\d) ?- ?\1(\d\d)$/;
/** The digit for an outside line stands before a number that is dialled without it: `0-0171 …`, `9-1-415 …`. */
const OUTSIDE_LINE = /^[09][ .-]+\(?[+0]|^9[ .-]+\(?1[ .(-]/;
/** `089 1234567-11-12`: two extensions behind a number that is complete without them. */
const TWO_BEHIND = /^(.+?)-(\d{1,3})-(\d{1,3})$/;

/** A number as it stands in a cell or a key, taken apart. */
export interface WrittenNumber {
  readonly plus: boolean;
  readonly digits: string;
  /** All digits where they begin with 00, which is not everywhere the way abroad and nothing more. */
  readonly dialled: string | undefined;
  /** The digits with the zero that may not belong to them; undefined without one. */
  readonly withZero: string | undefined;
  /** The area code stands in brackets, as it does in numbers that are written for the country. */
  readonly isNational: boolean;
  /** The digits before the first that stand apart; empty where none do. */
  readonly firstGroup: string;
  /** It may be several extensions. */
  readonly isPair: boolean;
  /** What stands behind the number; empty without. */
  readonly extension: string;
}

const digitsOf = (text: string) => text.replace(/\D/g, '');

/** What a spreadsheet makes of a cell that it takes for a date. */
function isDate(text: string): boolean {
  const [, first = '', middle = '', last = ''] = THREE_PARTS.exec(text) ?? [];
  // Of two digits only those of these years: any others, and with dashes, are an extension in groups.
  const isYear = (part: string) => /^(?:19|20)\d\d$/.test(part) || (/^2\d$/.test(part) && !text.includes('-'));
  const isDay = (part: string) => part.length <= 2 && Number(part) >= 1 && Number(part) <= 31;
  const areDayAndMonth = (one: string, other: string) =>
    isDay(one) && isDay(other) && Math.min(Number(one), Number(other)) <= 12;
  return (
    (first.length === 4 && isYear(first) && areDayAndMonth(middle, last)) ||
    (isYear(last) && areDayAndMonth(first, middle))
  );
}

/** How many digits a part has as it would be dialled at home: with 0 in place of +49 and 0049. */
function lengthAtHome(part: string): number {
  const { length } = digitsOf(part);
  if (part.includes('+')) return length - 1;
  return /^\D*00/.test(part) ? length - 3 : length;
}

/** Several extensions of which the second is said as people say it: `4711/12` is 4711 and 4712, `101-110` are ten. */
function areExtensions(main: string): boolean {
  const [, , from = '', to = ''] = FROM_TO.exec(main) ?? [];
  return from < to || (SHORTENED.test(main) && digitsOf(main).length <= LONGEST_EXTENSION);
}

/** Two numbers in one cell: nobody knows which of them is meant. */
function areTwo(main: string): boolean {
  if (areExtensions(main)) return true;
  const parts = main.split('/');
  const lengths = parts.map(lengthAtHome);
  if (lengths.filter(length => length >= SHORTEST_OF_TWO).length > 1) return true;
  const [first = '', ...others] = parts.map(digitsOf);
  if (others.join('') !== '' && (lengths[0] ?? 0) >= COMPLETE) return true;
  // Behind the area code one slash is enough; behind an extension stands another one: 0711/123-45/46.
  const [head = '', ...tail] = parts;
  const behind = COUNTRY_CODE.test(head) ? tail.slice(1) : tail;
  const isWhole = (part: string) => part.includes('-') || digitsOf(part).length >= SHORTEST_SUBSCRIBER;
  if (behind.slice(0, -1).some(isWhole) || behind.some(part => part.startsWith('-'))) return true;
  const [, before = '', one = '', other = ''] = TWO_BEHIND.exec(main) ?? [];
  if (one !== '' && one.length === other.length && lengthAtHome(before) >= COMPLETE) return true;
  // Extensions of one telephone system are of one length: 1001/1002.
  const isExtension = first.length > 2 && first.length <= LONGEST_EXTENSION && !/^\D*[0+]/.test(main);
  const isList = others.length === 1 || first.length !== 3;
  if (isExtension && isList && others.length > 0 && others.every(({ length }) => length === first.length)) return true;
  const groups = main.split(' ').map(digitsOf);
  return groups.filter(group => group.length >= SHORTEST_OF_TWO && group.startsWith('0')).length > 1;
}

/** Digits that no telephone has, such as `¹` and `①`, which would become ordinary ones. */
const NO_DIGIT = /\p{No}/u;

/** Takes a number apart; undefined for what is none, and for two of them. */
export function readWritten(text: string): WrittenNumber | undefined {
  if (NO_DIGIT.test(text)) return undefined;
  const clean = cleanText(text.normalize('NFKC')).replace(DASH, '-').replace(LABEL, '');
  if (clean === '' || clean.length > LONGEST_TEXT) return undefined;
  if (ROUND.test(clean.replace(/[\s()+-]/g, '')) || DECIMAL.test(clean) || isDate(clean)) return undefined;
  if (CALCULATED.test(clean)) return undefined;
  const context = digitsOf(CONTEXT.exec(clean)?.[1] ?? '');
  const bare = clean.replace(PARAMETERS, '').trim();
  const extension = BEHIND.exec(bare)?.[1] ?? '';
  const main = extension === '' ? bare : bare.replace(BEHIND, '').trim();
  if (!WRITTEN.test(main) || RANGE.test(main) || OUTSIDE_LINE.test(main) || areTwo(main.replace(OPTIONAL_ZERO, '')))
    return undefined;
  const hasPlus = main.includes('+');
  const groups = main.split(/\D+/).filter(group => group !== '');
  const all = digitsOf(main);
  const isDialled = !hasPlus && all.startsWith('00') && all.length > LONGEST_EXTENSION;
  const belongsTo = !hasPlus && !isDialled && all.length > LONGEST_EXTENSION ? context : '';
  const prefixed = (digits: string) => (isDialled ? digits.slice(2) : `${belongsTo}${digits}`);
  const plus = hasPlus || isDialled || belongsTo !== '';
  const hasZero = plus && OPTIONAL_ZERO.test(main);
  return {
    plus,
    digits: prefixed(hasZero ? digitsOf(main.replace(OPTIONAL_ZERO, '')) : all),
    withZero: hasZero ? prefixed(all) : undefined,
    dialled: isDialled ? all : undefined,
    isPair: PAIR.test(main),
    isNational: /^\(\d{3,}\)/.test(main),
    firstGroup: groups.length > 1 ? (groups[0] ?? '') : '',
    extension,
  };
}

/** Whether a text is written as one number is, be there such a number or not: words, two numbers and zeros are not. */
export function looksLikeNumber(text: string): boolean {
  const written = readWritten(text);
  return (
    written !== undefined && written.digits.length <= LONGEST_NUMBER && /[1-9]/.test(written.digits + written.extension)
  );
}
