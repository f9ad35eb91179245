export interface DecodedText {
  readonly content: string;
  /** As the Encoding Standard names it: `utf-8`, `utf-16le`, `windows-1252`. */
  readonly encoding: string;
}

/** How many bytes are looked at to tell UTF-16 without a byte-order mark. */
const SAMPLE = 512;

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

/**
 * Reads bytes as text, whoever wrote them; never with replacement characters in place of what could not be read.
 * @param charset what the sender says that it is, where that fits
 */
export function decodeText(bytes: Uint8Array, charset?: string): DecodedText {
  const own = marked(bytes);
  const stated = charset === undefined || own !== undefined ? undefined : decodeAs(bytes, charset);
  if (stated !== undefined) return stated;
  // What is not UTF-8 was written on Windows, in the system's code page, where every byte is a character.
  const fallback = { content: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' };
  return (own === undefined ? undefined : decodeAs(bytes, own)) ?? decodeAs(bytes, 'utf-8') ?? fallback;
}
