import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import type { QueryParameter } from './contract/parameters.ts';
import { RequestError } from './response.ts';

type Parameters = Readonly<Record<string, QueryParameter>>;
type Values<P extends Parameters> = { [name in keyof P]: P[name] extends QueryParameter<infer T> ? T : never };

/** Query parameters by lower-case name: the platform takes names in any case. */
export function parameters(request: HttpRequest): Record<string, string> {
  return Object.fromEntries([...request.query].map(([name, value]) => [name.toLowerCase(), value]));
}

/** The sentence of what a query takes, for somebody who sent something else. */
function whatIsTaken(taken: readonly QueryParameter[]): string {
  if (taken.length === 0) return 'Nothing may stand in the query here.';
  const verb = taken.some(({ isRequired }) => isRequired) ? 'must' : 'may';
  return `The query ${verb} hold ${taken.map(({ name, takes }) => `${name}, ${takes}`).join('; ')}.`;
}

/**
 * Reads the query of a management route.
 * @returns what each parameter says, by its own name; the key of the platform (`code`) is not looked at
 * @throws RequestError 400
 */
export function readQuery<P extends Parameters>(request: HttpRequest, taken: P): Values<P> {
  const all = Object.values(taken);
  const shape = Object.fromEntries(all.map(({ name, schema }) => [name.toLowerCase(), schema]));
  const query = z.strictObject({ code: z.string().optional(), ...shape }).safeParse(parameters(request));
  if (!query.success) throw new RequestError(400, 'malformed_query', whatIsTaken(all));
  const values: Record<string, unknown> = query.data;
  return Object.fromEntries(all.map(({ name }) => [name, values[name.toLowerCase()]])) as Values<P>;
}
