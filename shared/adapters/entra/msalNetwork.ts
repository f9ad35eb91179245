import { Agent } from 'node:https';
import { AuthError, type INetworkModule } from '@azure/msal-node';
import axios, { type AxiosResponse } from 'axios';
import { aadstsNumber, isTransientCode } from '../../domain/signIn/aadsts.ts';
import { isOutageStatus } from '../../errors/errors.ts';
import { axiosProxy } from '../axiosProxy.ts';

const REQUEST_TIMEOUT_MS = 6_000;
/** A hundred years: no token lives as long. */
const LONGEST_LIFE_SECONDS = 100 * 365 * 86_400;

/**
 * Entra could not be reached or answered with an outage. It is an AuthError because MSAL hands only those through
 * unchanged, and it is thrown before MSAL sees the answer: MSAL would remember a 429 or 5xx and refuse later calls,
 * of other users too, and fails on a body that is not JSON.
 */
export class EntraUnreachable extends AuthError {
  /** A status or a code of the network, never text from outside. */
  readonly detail: string;
  /** True when Entra certainly did not look at what was sent. */
  readonly passwordNotSent: boolean;
  /** Entra answered, and is overloaded or out. */
  readonly isOutage: boolean;

  constructor(detail: string, passwordNotSent: boolean, isOutage = false) {
    super('entra_unreachable', '');
    // AuthError makes every subclass a plain AuthError again.
    Object.setPrototypeOf(this, new.target.prototype);
    this.name = 'EntraUnreachable';
    this.detail = detail;
    this.passwordNotSent = passwordNotSent;
    this.isOutage = isOutage;
  }
}

function fieldOf(body: unknown, name: string): string {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** The AADSTS number in an answer of Entra; 0 when there is none. */
function aadstsIn(body: unknown): number {
  return aadstsNumber({ errorMessage: fieldOf(body, 'error_description') });
}

/** Errors by which an authorization server says that it is in trouble itself (RFC 6749, 4.1.2.1 and 5.2). */
const SERVER_ERRORS = new Set(['temporarily_unavailable', 'server_error']);

/** A server that failed, and one that handed the password on, may have looked at it before. */
const MAY_HAVE_SEEN = /^(?:server_error|AADSTS80\d{3})$/;

/** Why an answer says nothing of the credentials; empty when it does. */
function overloadIn(body: unknown): string {
  const [aadsts, error] = [aadstsIn(body), fieldOf(body, 'error')];
  if (isTransientCode(aadsts)) return `AADSTS${aadsts}`;
  return SERVER_ERRORS.has(error) ? error : '';
}

/** Errors by which a sign-in is refused (RFC 6749, 5.2; OpenID Connect Core, 3.1.2.6); other words are a proxy's. */
const REFUSALS = new Set([
  ...['invalid_request', 'invalid_grant', 'unsupported_grant_type', 'invalid_scope', 'invalid_resource'],
  ...['access_denied', 'interaction_required', 'consent_required', 'login_required'],
]);

/** Entra gives each refusal a number; without one only what is said of the user is taken for a refusal. */
function isOfNobody(body: unknown): boolean {
  return aadstsIn(body) === 0 && !REFUSALS.has(fieldOf(body, 'error'));
}

/** Whether an answer holds a token of which nobody knows how long it is good: it would mean a sign-in with each poll. */
function hasNoLife(body: object): boolean {
  const { access_token: token, expires_in: seconds } = body as Readonly<Record<string, unknown>>;
  return token !== undefined && !(Number(seconds) > 0 && Number(seconds) < LONGEST_LIFE_SECONDS);
}

/** MSAL's network, and what MSAL keeps to itself of it. */
export interface EntraNetwork extends INetworkModule {
  /** The AADSTS number with which Entra refused to say its endpoints; 0 when it did not. */
  discoveryRefusal(): number;
  /** Why Entra could not be asked for its endpoints; undefined when it could. */
  discoveryFault(): EntraUnreachable | undefined;
}

/** MSAL's way to the network, through axios, with a time-out on every request and its whole answer. */
export function msalNetwork(timeoutMs: number = REQUEST_TIMEOUT_MS): EntraNetwork {
  const http = axios.create({ maxRedirects: 0, validateStatus: null });
  // Each question has a connection of its own: on one that lay idle and is reset meanwhile nobody knows whether a
  // password was looked at, and the next attempt waits for a minute. A token is wanted once an hour.
  const httpsAgent = new Agent({ keepAlive: false });
  let discoveryRefusal = 0;
  let discoveryFault: EntraUnreachable | undefined;

  async function send<T>(method: 'GET' | 'POST', url: string, headers?: Record<string, string>, body?: string) {
    let response: AxiosResponse<unknown>;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const proxy = axiosProxy(url);
      response = await http.request({
        method,
        url,
        data: body,
        signal,
        httpsAgent,
        proxy,
        ...(headers && { headers }),
      });
    } catch (error) {
      // The axios error holds the password in its body: only its code goes on.
      throw new EntraUnreachable(axios.isAxiosError(error) ? (error.code ?? 'no code') : 'no code', false);
    }
    const { status, data } = response;
    const overload = overloadIn(data);
    if (overload !== '') throw new EntraUnreachable(overload, !MAY_HAVE_SEEN.test(overload), true);
    if (isOutageStatus(status)) throw new EntraUnreachable(`status ${status}`, status === 429, true);
    if (typeof data !== 'object' || data === null) throw new EntraUnreachable(`status ${status} without JSON`, false);
    if (status >= 400 && isOfNobody(data))
      throw new EntraUnreachable(`status ${status} without a code of Entra`, false);
    if (hasNoLife(data)) throw new EntraUnreachable('a token without a time that it is good for', false);
    const plain = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    // MSAL would send nothing for so long, up to an hour, whatever was mended meanwhile.
    delete plain['retry-after'];
    return { status, headers: plain, body: data as T };
  }

  return {
    async sendGetRequestAsync<T>(url: string, options?: { headers?: Record<string, string> }) {
      discoveryRefusal = 0;
      discoveryFault = undefined;
      const answer = await send<T>('GET', url, options?.headers).catch(error => {
        if (error instanceof EntraUnreachable) discoveryFault = error;
        throw error;
      });
      if (answer.status >= 400) discoveryRefusal = aadstsIn(answer.body);
      return answer;
    },
    sendPostRequestAsync: (url, options) => send('POST', url, options?.headers, options?.body),
    discoveryRefusal: () => discoveryRefusal,
    discoveryFault: () => discoveryFault,
  };
}
