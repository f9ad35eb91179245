/** What Graph sends for a type of its schema: any property may be missing, null or of another kind. */
export type Untrusted<T> = { readonly [K in keyof T]?: unknown };

/** A property as trimmed text; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
