import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { RequestError } from './response.ts';

export const flag = z.enum(['0', '1']).default('0');

/** Query parameters by lower-case name: the platform takes names in any case. */
export function parameters(request: HttpRequest): Record<string, string> {
  return Object.fromEntries([...request.query].map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * Reads the query of a management route.
 * @param shape of the parameters, with names in lower case; `code` may hold the platform's key and is not looked at
 * @param sentence what may stand in the query
 * @throws RequestError 400
 */
export function readQuery<S extends z.ZodRawShape>(request: HttpRequest, shape: S, sentence: string) {
  const query = z.strictObject({ code: z.string().optional(), ...shape }).safeParse(parameters(request));
  if (!query.success) throw new RequestError(400, 'malformed_query', sentence);
  return query.data;
}
