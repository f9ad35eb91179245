/** How Node says that it does not know who signed a certificate. */
const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
]);

/** What to do about a connection that somebody in between opens; empty when that is not what happened. */
export function tlsInspectionHint(code: unknown): string {
  if (typeof code !== 'string' || !UNTRUSTED.has(code)) return '';
  return ' A device in between opens the encryption, and its certificate is not trusted: set NODE_EXTRA_CA_CERTS to the file of its authority, or exempt this address.';
}

/** The code of an error of the network; undefined when it has none. */
export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;
