import { HttpRequest } from '@azure/functions';

interface Call {
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
}

/** Requests and contexts as the platform hands them to a function. */
export const httpCall = {
  request(method: string, pathAndQuery: string, { body, headers = {}, params = {} }: Call = {}): HttpRequest {
    const content = body === undefined ? {} : { body: { bytes: Buffer.from(body) } };
    return new HttpRequest({ method, url: `http://localhost/api/v1${pathAndQuery}`, headers, params, ...content });
  },
  context() {
    const lines: string[] = [];
    const keep = (line: string) => void lines.push(line);
    return { lines, log: keep, warn: keep, error: keep };
  },
};
