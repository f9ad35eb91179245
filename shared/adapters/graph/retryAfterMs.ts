/**
 * What a Retry-After header says, in milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3). Decimals, which
 * the standard does not know, are rounded up. Undefined for anything else.
 */
export function retryAfterMs(header: unknown, now: number): number | undefined {
  if (typeof header === 'number') return Math.max(0, Math.ceil(header) * 1000);
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d{1,9}([.,]\d+)?$/.test(text)) return Math.ceil(Number(text.replace(',', '.'))) * 1000;
  const at = /^[A-Z][a-z]{2},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
