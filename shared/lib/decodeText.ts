import { EncodingFault } from '../errors/errors.ts';

interface DecodedText {
  readonly content: string;
  /** As the Encoding Standard names it: `utf-8`, `utf-16le`, `windows-1252`. */
  readonly encoding: string;
}

/** How many bytes are looked at to tell UTF-16 without a byte-order mark. */
const SAMPLE = 512;

/** The lowest first byte of the characters of UTF-8 by their length; between 0x80 and 0xC1 none begins. */
const LEADS = [
  [0xf5, 0],
  [0xf0, 4],
  [0xe0, 3],
  [0xc2, 2],
] as const;
/** Where the second byte may not be any: longer forms than needed, halves of characters, and beyond the last one. */
const SECOND_BYTES: ReadonlyMap<number, readonly [from: number, below: number]> = new Map([
  [0xe0, [0xa0, 0xc0]],
  [0xed, [0x80, 0xa0]],
  [0xf0, [0x90, 0xc0]],
  [0xf4, [0x80, 0x90]],
]);
/** What the letters of western Europe begin with in UTF-8; in Windows that is Ã, before nothing that follows a letter. */
const WESTERN = 0xc3;
/** Stated by programs that do not know; whatever is beyond ASCII is something else then. */
const SAYS_NOTHING = /^(?:us-)?ascii$/i;
/** What ä, ö, é, ç, ê and Ö of DOS, and ü of old Macintoshes, become in Windows: nothing that stands there. */
const OTHER_CODE_PAGE = /\p{L}[„”]\p{L}|\p{L}[‚‡ˆ]\p{Ll}|(?<!\p{L})™\p{Ll}|\p{L}Ÿ\p{Ll}/u;

/** Whether bytes are text of UTF-16, with a byte-order mark or without. */
export function isUtf16(bytes: Uint8Array): boolean {
  return marked(bytes)?.startsWith('utf-16') ?? false;
}

/** A byte-order mark says it, whatever is stated; UTF-16 without one has a zero beside nearly every Latin letter. */
function marked(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, SAMPLE);
  const zeros = (odd: 0 | 1) => sample.filter((byte, index) => index % 2 === odd && byte === 0).length;
  const many = sample.length / 4;
  if (sample.length >= 4 && zeros(1) > many && zeros(0) === 0) return 'utf-16le';
  return sample.length >= 4 && zeros(0) > many && zeros(1) === 0 ? 'utf-16be' : undefined;
}

function decodeAs(bytes: Uint8Array, label: string): DecodedText | undefined {
  try {
    const decoder = new TextDecoder(label, { fatal: true });
    return { content: decoder.decode(bytes), encoding: decoder.encoding };
  } catch {
    // An encoding nobody knows, or bytes that are not of it: the caller tries another one.
    return undefined;
  }
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

/** How many bytes a character of UTF-8 has that begins with this one; 0 for none. */
const lengthFrom = (first: number) => LEADS.find(([lowest]) => first >= lowest)?.[1] ?? 0;
const isContinuation = (byte: number) => byte >= 0x80 && byte < 0xc0;

/** The length of the character of UTF-8 that begins there; 0 where none does, be it for a form that is not allowed. */
function characterLength(bytes: Uint8Array, at: number): number {
  const [first = 0, second = 0] = bytes.subarray(at, at + 2);
  const length = lengthFrom(first);
  const rest = bytes.subarray(at + 1, at + length);
  const [from, below] = SECOND_BYTES.get(first) ?? [0x80, 0xc0];
  const isAllowed = second >= from && second < below && rest.length === length - 1 && rest.every(isContinuation);
  return length > 0 && isAllowed ? length : 0;
}

/** Whether the bytes from there on are the beginning of one character, and nothing else. */
function isCut(bytes: Uint8Array, at: number): boolean {
  return at + lengthFrom(bytes[at] ?? 0) > bytes.length && bytes.subarray(at + 1).every(isContinuation);
}

/** Where bytes that begin as UTF-8, or mostly are, stop being it; undefined for those of another encoding. */
function breakIn(bytes: Uint8Array, isUtf8: boolean): number | undefined {
  let [characters, others, western, first] = [0, 0, 0, -1];
  for (let at = 0; at < bytes.length; ) {
    if ((bytes[at] ?? 0) < 0x80) at += 1;
    else {
      const length = characterLength(bytes, at);
      if (length > 0) characters += 1;
      else others += 1;
      if (length > 0 && bytes[at] === WESTERN) western += 1;
      if (length === 0 && first < 0) first = at;
      at += length || 1;
    }
  }
  return isUtf8 || western > 0 || characters > others ? first : undefined;
}

/** What is not UTF-8 was written on Windows, in the system's code page, where every byte is a character. */
function decodeWindows(bytes: Uint8Array, isUtf8: boolean): DecodedText {
  const broken = breakIn(bytes, isUtf8);
  if (broken !== undefined) {
    const line = bytes.subarray(0, broken).filter(byte => byte === 0x0a).length + 1;
    throw unreadable(
      isCut(bytes, broken)
        ? 'the text ends inside a character: it was cut on the way'
        : `line ${line}: it is not in UTF-8 as the other lines are; save the whole text as UTF-8`,
    );
  }
  const content = new TextDecoder('windows-1252').decode(bytes);
  if (OTHER_CODE_PAGE.test(content))
    throw unreadable('the text is in the code page of DOS or of an old Macintosh; save it as UTF-8');
  return { content, encoding: 'windows-1252' };
}

function unreadable(fault: string): EncodingFault {
  return new EncodingFault('malformed_text', `Nothing was changed: ${fault}.`, [fault]);
}

/**
 * Reads bytes as text, whoever wrote them; never with replacement characters in place of what could not be read.
 * @param charset what the sender says that it is, where that fits
 * @throws EncodingFault for a text that would come out as something else than was written
 */
export function decodeText(bytes: Uint8Array, charset?: string): DecodedText {
  const own = marked(bytes);
  const asMarked = own === undefined ? undefined : decodeAs(bytes, own);
  if (asMarked !== undefined) return asMarked;
  if (own?.startsWith('utf-16')) throw unreadable('the text is in UTF-16 and not whole: it was cut on the way');
  const stated = own !== undefined || charset === undefined || SAYS_NOTHING.test(charset) ? undefined : charset;
  const decoded = (stated && decodeAs(bytes, stated)) || decodeAs(bytes, 'utf-8');
  if (decoded !== undefined) return decoded;
  if (stated !== undefined && !isKnown(stated))
    throw unreadable(`the charset ${stated} is none that can be read; save the text as UTF-8`);
  return decodeWindows(bytes, own === 'utf-8');
}
