/** A property of an entity holds 64 KiB of UTF-16 (learn.microsoft.com/rest/api/storageservices). */
const PART_CHARACTERS = 32_000;

const partName = (name: string, part: number) => `${name}${String(part).padStart(2, '0')}`;

/**
 * A text over as many properties as its length needs.
 * @param fewest so many are written in any case: what is merged into a row must leave nothing of a longer text behind
 */
export function splitText(name: string, text: string, fewest = 0): Record<string, string> {
  const parts = Math.max(fewest, Math.ceil(text.length / PART_CHARACTERS));
  return Object.fromEntries(
    Array.from({ length: parts }, (_, part) => [
      partName(name, part),
      text.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS),
    ]),
  );
}

/** The text again; what is no text counts as nothing. */
export function joinText(name: string, entity: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (let part = 0; partName(name, part) in entity; part += 1) {
    const value = entity[partName(name, part)];
    if (typeof value === 'string') text += value;
  }
  return text;
}
