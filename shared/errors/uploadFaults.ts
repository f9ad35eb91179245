import type { UploadError } from './errors.ts';

/** With more of them a list is read by nobody. */
export const MAX_FAULTS = 20;

/** What is wrong with an upload: the first fault as sentence, the first twenty as list. */
export function uploadError<E extends UploadError>(
  Kind: new (code: string, sentence: string, faults: readonly string[]) => E,
  code: string,
  faults: readonly string[],
): E {
  const others = faults.length === 1 ? '' : ` (and ${faults.length - 1} more)`;
  return new Kind(code, `Nothing was changed: ${faults[0]}${others}.`, faults.slice(0, MAX_FAULTS));
}
