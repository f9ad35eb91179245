import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openApiDocument } from '../../shared/http/contract/openapi.ts';

const DOCUMENT = 'contract';

const document = openApiDocument();
const paths = document['paths'] as Record<string, Record<string, { responses: Record<string, { content?: object }> }>>;
/** Schemas take long to compile: each is compiled once for all files of a worker. */
const compiled = new Map<string, ValidateFunction>();
const ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema(document, DOCUMENT);

function templateOf(path: string): string | undefined {
  const { pathname } = new URL(path, 'http://localhost');
  if (pathname in paths) return pathname;
  return Object.keys(paths).find(template => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname));
}

/** What is wrong with an answer, held against the OpenAPI document that the app serves; undefined when nothing is, or the platform gave it. */
export function contractFault(
  method: string,
  path: string,
  status: number,
  contentType: string,
  body: string,
): string | undefined {
  const template = templateOf(path);
  if (template === undefined || body === '') return undefined;
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const operation = paths[template]?.[verb];
  // A method that a path does not have is refused, and nothing else is said of it.
  if (operation === undefined && status >= 400 && status < 500) return undefined;
  const response = operation?.responses[status];
  if (response === undefined) return `${method} ${template} answered ${status}, which is not documented`;
  const type = contentType.split(';', 1)[0] ?? '';
  if (!(type in (response.content ?? {}))) return `${method} ${template} ${status} has the undocumented type ${type}`;
  if (type !== 'application/json') return undefined;
  const pointer = ['paths', template, verb, 'responses', status, 'content', type, 'schema']
    .map(part => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const valid = compiled.get(pointer) ?? ajv.compile({ $ref: `${DOCUMENT}#/${pointer}` });
  compiled.set(pointer, valid);
  return valid(JSON.parse(body))
    ? undefined
    : `${method} ${template} ${status}: ${ajv.errorsText(valid.errors).slice(0, 400)}`;
}
