/** Fits into what a client gets of it: ten digits of base 36. */
export const LAST_REVISION = 36 ** 10 - 2;
/** More Table Storage does not take (learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions). */
export const ROWS_PER_TRANSACTION = 100;
/** What a row of ours may be called; Table Storage cannot even be asked for some other names. */
const KEY = /^[\w-]{1,64}$/;

/** Whether a number can be one that the product wrote; what somebody altered by hand is read as lost. */
export function isCredible(value: unknown, last: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= last;
}

/** Whether a row can have this name. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}
