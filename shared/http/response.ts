import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { ConnectorError, describeFault, UploadError } from '../errors/errors.ts';
import { EVENTS, type Log } from '../ports/log.ts';

/** On every answer: nobody between us and the client keeps presence, and no browser takes it for something else. */
export const EVERY_ANSWER = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', ...EVERY_ANSWER };
const RETRY_AFTER = { 'retry-after': '5' };

/** A request that cannot be served, with the status and the stable word for it. */
export class RequestError extends ConnectorError {
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, sentence: string, headers: Readonly<Record<string, string>> = {}) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function json(status: number, body: string, headers: Record<string, string> = {}): HttpResponseInit {
  return { status, body, headers: { ...JSON_HEADERS, ...headers } };
}

export interface AgedAnswer {
  readonly answer: HttpResponseInit;
  /** How old what it says is. */
  readonly ageSeconds: number;
}

export interface Failure {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  /** Of an uploaded file: one sentence for each fault, with its line. */
  readonly faults?: readonly string[];
}

/** The status and words for anything thrown; faults that pass by themselves are 503. */
export function failure(error: unknown): Failure {
  const { code, message } = describeFault(error);
  const faults = error instanceof UploadError && error.faults.length > 0 ? { faults: error.faults } : {};
  return { status: statusOf(error), error: code, message, ...faults };
}

const UPLOAD_STATUS: Readonly<Record<string, number>> = {
  malformed_agents: 400,
  malformed_rules: 400,
  malformed_text: 400,
  not_mapped: 404,
  changed_meanwhile: 412,
};

function statusOf(error: unknown): number {
  if (error instanceof RequestError) return error.status;
  if (error instanceof UploadError) return UPLOAD_STATUS[error.code] ?? 409;
  return 503;
}

function failureAnswer(failed: Failure, body: unknown = failed, headers = {}): HttpResponseInit {
  return json(failed.status, JSON.stringify(body), { ...headers, ...(failed.status === 503 && RETRY_AFTER) });
}

/** What a route does; faults are thrown. */
export type RouteHandler = (request: HttpRequest, log: Log) => Promise<HttpResponseInit>;
export type HttpFunction = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>;

/**
 * Every route is called through this: what it throws becomes an answer here, where the platform would answer an empty 500.
 *
 * @param shape what a failure looks like on this route
 */
export function handle(
  answer: RouteHandler,
  logTo: (context: InvocationContext) => Log,
  shape: (failed: Failure, request: HttpRequest) => unknown = failed => failed,
): HttpFunction {
  return async (request, context) => {
    const log = logTo(context);
    try {
      return await answer(request, log);
    } catch (error) {
      const failed = failure(error);
      if (failed.status >= 500) log(EVENTS.requestFailed, { code: failed.error, status: failed.status });
      const headers = error instanceof RequestError ? error.headers : {};
      return failureAnswer(failed, shape(failed, request), headers);
    }
  };
}
