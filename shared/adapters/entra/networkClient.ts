import { Agent } from 'node:https';
import { AuthError, type INetworkModule } from '@azure/msal-node';
import axios, { type AxiosResponse } from 'axios';

const REQUEST_TIMEOUT_MS = 6_000;

/**
 * Entra could not be reached or answered with an outage. It is an AuthError because MSAL hands only those through
 * unchanged, and it is thrown before MSAL sees the answer: MSAL would remember a 429 or 5xx and refuse later calls,
 * of other users too, and fails on a body that is not JSON.
 */
export class EntraUnreachable extends AuthError {
  /** A status or a code of the network, never text from outside. */
  readonly detail: string;

  constructor(detail: string) {
    super('entra_unreachable', '');
    // AuthError makes every subclass a plain AuthError again.
    Object.setPrototypeOf(this, new.target.prototype);
    this.name = 'EntraUnreachable';
    this.detail = detail;
  }
}

/** MSAL's way to the network, through axios: keep-alive, with a time-out on every request. */
export function networkClient(): INetworkModule {
  const http = axios.create({
    timeout: REQUEST_TIMEOUT_MS,
    httpsAgent: new Agent({ keepAlive: true }),
    maxRedirects: 0,
    validateStatus: null,
  });

  async function send<T>(method: 'GET' | 'POST', url: string, headers?: Record<string, string>, body?: string) {
    let response: AxiosResponse<unknown>;
    try {
      response = await http.request({ method, url, data: body, ...(headers && { headers }) });
    } catch (error) {
      // The axios error holds the password in its body: only its code goes on.
      throw new EntraUnreachable(axios.isAxiosError(error) ? (error.code ?? 'no code') : 'no code');
    }
    const { status, data } = response;
    if (status === 429 || status >= 500) throw new EntraUnreachable(`status ${status}`);
    if (typeof data !== 'object' || data === null) throw new EntraUnreachable(`status ${status} without JSON`);
    const plain = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    return { status, headers: plain, body: data as T };
  }

  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options?.headers),
    sendPostRequestAsync: (url, options) => send('POST', url, options?.headers, options?.body),
  };
}
