import { randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import axios, { type AxiosResponse } from 'axios';
import {
  GraphForbiddenError,
  GraphNotFoundError,
  GraphRejectedError,
  GraphThrottledError,
  GraphUnauthorizedError,
  GraphUnavailableError,
  isOutageStatus,
  safeCause,
} from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { tlsInspectionHint } from '../../lib/tlsInspection.ts';
import type { AccessToken } from '../../ports/tokenProvider.ts';
import { axiosProxy } from '../axiosProxy.ts';
import { retryAfterMs } from './retryAfterMs.ts';

const REQUEST_TIMEOUT_MS = 8_000;
/** What to wait when Graph throttles without saying how long. */
const DEFAULT_RETRY_AFTER_MS = 10_000;

export interface GraphRequest {
  readonly method: 'GET' | 'POST';
  /** Path below the endpoint, with version, or the absolute link of a next page. */
  readonly path: string;
  readonly body?: unknown;
  readonly token: AccessToken;
  readonly signal?: AbortSignal | undefined;
  /** Besides the token and the request id. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GraphAnswer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

export type GraphClient = (request: GraphRequest) => Promise<GraphAnswer>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NO_CODE = 'no code';

/** Graph's own error code, which is stable; its message is not and is never shown. */
function graphErrorCode(body: unknown): string {
  const error = isObject(body) && isObject(body['error']) ? body['error'] : {};
  return typeof error['code'] === 'string' && /^[\w.]{1,60}$/.test(error['code']) ? error['code'] : NO_CODE;
}

/** The error a Graph status means; undefined for success. Also used for the inner answers of a batch. */
export function graphError(
  status: number,
  body: unknown,
  retryAfter: unknown,
  now: number,
  requestId: string,
): Error | undefined {
  const seen = `Microsoft Graph answered ${status} (${graphErrorCode(body)}, request ${requestId})`;
  if (status === 429 || (status === 503 && retryAfter !== undefined)) {
    return new GraphThrottledError(
      `${seen}: it asks to wait.`,
      retryAfterMs(retryAfter, now) ?? DEFAULT_RETRY_AFTER_MS,
    );
  }
  if (status === 407 || (status === 403 && !isObject(body))) {
    return new GraphUnavailableError(
      `${seen}, which is not Microsoft's answer: a proxy in between refuses the connection. Check HTTPS_PROXY and its credentials.`,
    );
  }
  if (status === 401)
    return new GraphUnauthorizedError(`${seen}: the token is not accepted. The connector signs in again by itself.`);
  if (status === 403 && graphErrorCode(body) === 'insufficient_claims') {
    return new GraphForbiddenError(
      `${seen}: a Conditional Access policy wants more of the sign-in. Exclude the account or the application from it.`,
    );
  }
  if (status === 403) {
    return new GraphForbiddenError(
      `${seen}: a permission or its admin consent is missing. See "Grant Permissions" in the set-up guide.`,
    );
  }
  if (isOutageStatus(status)) {
    return new GraphUnavailableError(`${seen}. The connector tries again by itself.`, { isOutage: true });
  }
  if (status === 400) return new GraphRejectedError(`${seen}: it does not take the request.`);
  // A page of a proxy names nobody: only Graph's own word for it means that something does not exist.
  if (status === 404 && graphErrorCode(body) !== NO_CODE)
    return new GraphNotFoundError(`${seen}: there is nothing of that name.`);
  if (status >= 300)
    return new GraphUnavailableError(`${seen}, which was not expected. The connector tries again by itself.`);
  return isObject(body) ? undefined : new GraphUnavailableError(`${seen} without JSON: a proxy may stand in between.`);
}

/** A connection that was kept open may be closed by the other side in the moment it is used again. */
function wasReset(error: unknown): boolean {
  if (!axios.isAxiosError(error) || error.response !== undefined) return false;
  const { reusedSocket = false } = (error.request ?? {}) as { reusedSocket?: boolean };
  return reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/**
 * One keep-alive client for Microsoft Graph. It reads only: the product never sets or clears a presence.
 *
 * @param endpoint origin of the Graph of the tenant's cloud
 */
export function graphClient(endpoint: string, clock: Clock, timeoutMs: number = REQUEST_TIMEOUT_MS): GraphClient {
  const http = axios.create({
    httpsAgent: new Agent({ keepAlive: true }),
    maxRedirects: 0,
    validateStatus: null,
    proxy: axiosProxy(endpoint),
  });

  return async ({ method, path, body, token, signal, headers }) => {
    const url = URL.canParse(path, endpoint) ? new URL(path, endpoint) : undefined;
    // A next-page link comes from outside: the token goes to Graph and nowhere else.
    if (url?.origin !== endpoint) throw new GraphUnavailableError('Microsoft Graph pointed to another address.');
    const clientRequestId = randomUUID();
    const send = (): Promise<AxiosResponse<unknown>> =>
      http.request({
        method,
        url: url.href,
        data: body,
        headers: { ...headers, authorization: `Bearer ${token.value}`, 'client-request-id': clientRequestId },
        // The library's own limit does not see a proxy that hangs up before there is a connection.
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
      });
    let response: AxiosResponse<unknown>;
    try {
      // Everything that is asked for is a read: it may be sent again.
      response = await send().catch(error => (wasReset(error) ? send() : Promise.reject(error)));
    } catch (error) {
      // The axios error holds the token in its headers: only its code goes on.
      const code = axios.isAxiosError(error) ? (error.code ?? 'no code') : 'no code';
      const next = tlsInspectionHint(code) || ' The connector tries again by itself.';
      const sentence = `Microsoft Graph did not answer (${code}, request ${clientRequestId}).${next}`;
      throw new GraphUnavailableError(sentence, { cause: safeCause(error) });
    }
    const header = response.headers['request-id'];
    const requestId = typeof header === 'string' && /^[\w-]{1,64}$/.test(header) ? header : clientRequestId;
    const fault = graphError(response.status, response.data, response.headers['retry-after'], clock(), requestId);
    if (fault !== undefined) throw fault;
    return { body: response.data as Record<string, unknown>, requestId };
  };
}
