/**
 * Every fault the connector can name: a stable word for programs and one sentence for the person who can mend it.
 * A cause that comes from an SDK is reduced by safeCause first.
 */
export abstract class ConnectorError extends Error {
  abstract readonly code: string;
  /** The other side is out or overloaded: nothing in the set-up mends that. */
  readonly isOutage: boolean;

  constructor(sentence: string, options: ErrorOptions & { isOutage?: boolean } = {}) {
    super(sentence, options);
    this.name = new.target.name;
    this.isOutage = options.isOutage ?? false;
  }
}

/** Whether an HTTP status says that the other side is out or overloaded. */
export const isOutageStatus = (status: number) => status === 429 || status >= 500;

/** The app settings are missing or contradict each other. */
export class SettingsError extends ConnectorError {
  readonly code = 'settings_fault';
}

/** Key Vault did not answer, or refused the managed identity. */
export class VaultError extends ConnectorError {
  readonly code = 'vault_unreachable';
}

/** The vault answered, but what it holds is missing, half-filled or malformed. */
export class CredentialsError extends ConnectorError {
  readonly code = 'credentials_incomplete';
}

/** What a refusal is about: the part of the sign-in that somebody has to mend. */
export type RefusalReason =
  | 'wrong-password'
  | 'no-consent'
  | 'user'
  | 'wrong-tenant'
  | 'wrong-application'
  | 'application';

interface Refusal {
  /** The AADSTS number, e.g. 50126; 0 when Entra sent none. */
  readonly aadsts: number;
  readonly reason: RefusalReason;
  /** Section of the set-up guide that mends it; empty when none does. */
  readonly guide: string;
  readonly cause?: unknown;
  /** It passes by itself. */
  readonly isOutage?: boolean;
}

/** Entra answered that this sign-in is refused; only an administrator can mend it. */
export class SignInRefusedError extends ConnectorError {
  readonly code = 'sign_in_refused';
  readonly aadsts: number;
  readonly reason: RefusalReason;
  readonly guide: string;

  constructor(sentence: string, { aadsts, reason, guide, cause, isOutage = false }: Refusal) {
    super(sentence, { cause, isOutage });
    this.aadsts = aadsts;
    this.reason = reason;
    this.guide = guide;
  }
}

/** The application cannot prove who it is: no token of the managed identity, or a key that cannot sign. */
export class ProofError extends ConnectorError {
  readonly code = 'proof_unavailable';
}

/** Entra could not be reached or is overloaded; the next cycle tries again. */
export class SignInUnavailableError extends ConnectorError {
  readonly code: string = 'sign_in_unavailable';
  /** True when Entra certainly did not look at the password; false when nobody knows. */
  readonly passwordNotSent: boolean;

  constructor(sentence: string, options: ErrorOptions & { isOutage?: boolean; passwordNotSent?: boolean } = {}) {
    super(sentence, options);
    this.passwordNotSent = options.passwordNotSent ?? false;
  }
}

/** Somebody else is signing in with the password right now, or nobody knows yet how that ended. */
export class SignInBusyError extends SignInUnavailableError {
  override readonly code = 'sign_in_busy';
}

/** Graph asked us to wait. */
export class GraphThrottledError extends ConnectorError {
  readonly code = 'graph_throttled';
  readonly retryAfterMs: number;

  constructor(sentence: string, retryAfterMs: number, options?: { cause?: unknown }) {
    super(sentence, { ...options, isOutage: true });
    this.retryAfterMs = retryAfterMs;
  }
}

/** Graph did not answer in time, or answered with an outage or something that is not its own format. */
export class GraphUnavailableError extends ConnectorError {
  readonly code = 'graph_unavailable';
}

/** Graph answered 400: something in the request is not acceptable, as a rule an id. */
export class GraphRejectedError extends ConnectorError {
  readonly code = 'graph_rejected';
}

/** Graph answered 404: there is nothing of that name. */
export class GraphNotFoundError extends ConnectorError {
  readonly code = 'graph_not_found';
}

/** Graph answered 401: the token has expired or was revoked. */
export class GraphUnauthorizedError extends ConnectorError {
  readonly code = 'graph_unauthorized';
}

/** Graph answered 403: a permission or its consent is missing. */
export class GraphForbiddenError extends ConnectorError {
  readonly code = 'permission_missing';
}

/** Too many of a shard's ids are missing from Graph's answer to believe the answer. */
export class GraphIncompleteError extends ConnectorError {
  readonly code = 'graph_incomplete';
}

/** Table Storage did not answer, or refused the managed identity. */
export class StoreUnavailableError extends ConnectorError {
  readonly code = 'store_unavailable';
}

/** Somebody else wrote first; the caller reads again and decides anew. */
export class StoreConflictError extends ConnectorError {
  readonly code = 'store_conflict';
}

/** The table was written by a newer version of the connector. */
export class SchemaTooNewError extends ConnectorError {
  readonly code = 'schema_too_new';
}

/** Something that was uploaded is not acceptable; nothing was changed. */
export abstract class UploadError extends ConnectorError {
  readonly code: string;
  /** One sentence per fault, each with its place. */
  readonly faults: readonly string[];

  constructor(code: string, sentence: string, faults: readonly string[] = []) {
    super(sentence);
    this.code = code;
    this.faults = faults;
  }
}

/** A change of the agents is not acceptable as it was asked for. */
export class AgentsChangeRefused extends UploadError {}

/** The bytes of an upload are no text of one encoding. */
export class EncodingFault extends UploadError {}

/** Uploaded rules are not acceptable. */
export class RulesChangeRefused extends UploadError {}

/**
 * What may be kept of an SDK's error as a cause: its kind and its codes. The error itself holds the request with its
 * headers and body, that is tokens and passwords, and anything that prints a cause would print them.
 */
export function safeCause(error: unknown): Error {
  const { name, code, statusCode, errorCode } = (error ?? {}) as Readonly<Record<string, unknown>>;
  const words = [name, code, errorCode, statusCode].filter(
    word => typeof word === 'string' || typeof word === 'number',
  );
  return new Error(words.join(' ') || typeof error);
}

/** Names any thrown value in words that are safe to show and to log. */
export function describeFault(error: unknown): { code: string; message: string } {
  if (error instanceof ConnectorError) return { code: error.code, message: error.message };
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    code: 'unexpected',
    message: `The connector met an unexpected ${kind}. Report it with the time it happened.`,
  };
}
