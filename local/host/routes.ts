import type { RegisteredFunction } from './core.ts';

export interface Route {
  readonly fn: RegisteredFunction;
  /** As it is written, with the prefix: `api/v1/presence/{key?}`. */
  readonly template: string;
  readonly methods: ReadonlySet<string>;
  readonly authLevel: string;
  readonly match: (path: string) => Record<string, string> | undefined;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Literals, `{name}`, `{name?}` and `{*name}`; a template with anything else fails the start. */
function compile(template: string): Route['match'] {
  let pattern = '';
  for (const segment of template.split('/')) {
    const parameter = /^\{(\*?)([A-Za-z_]\w*)(\??)\}$/.exec(segment);
    if (parameter === null && /[{}]/.test(segment))
      throw new Error(`Route "${template}": "${segment}" is not supported.`);
    const [, rest, name, optional] = parameter ?? [];
    if (name === undefined) pattern += `/${escapeRegExp(segment)}`;
    else if (rest) pattern += `(?:/(?<${name}>.+))?`;
    else pattern += optional ? `(?:/(?<${name}>[^/]+))?` : `/(?<${name}>[^/]+)`;
  }
  // Routes ignore case and accept one slash at the end; parameter values keep their case.
  const expression = new RegExp(`^${pattern}/?$`, 'is');
  return path => {
    const found = expression.exec(path);
    if (found === null) return undefined;
    return Object.fromEntries(Object.entries(found.groups ?? {}).filter(([, value]) => value !== undefined));
  };
}

/** The HTTP functions in the order in which the platform tries them: by name, whatever the routes look like. */
export function routeTable(functions: readonly RegisteredFunction[], prefix: string): Route[] {
  return functions
    .flatMap(fn => {
      const binding = Object.values(fn.metadata.bindings).find(({ type }) => type === 'httpTrigger');
      if (binding === undefined) return [];
      const route = typeof binding['route'] === 'string' ? binding['route'] : fn.metadata.name;
      const methods = new Set((binding['methods'] as string[]).map(method => method.toUpperCase()));
      const template = `${prefix}/${route}`;
      return [{ fn, template, methods, authLevel: String(binding['authLevel']), match: compile(template) }];
    })
    .sort((a, b) => (a.fn.metadata.name.toLowerCase() < b.fn.metadata.name.toLowerCase() ? -1 : 1));
}

export function findRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  for (const route of routes) {
    const params = route.methods.has(method) ? route.match(path) : undefined;
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

const LEAD = /^[\xc2-\xf4]/;

/** Decodes one run of percent-escapes; a slash and what is not UTF-8 stay as they are written. */
function decodeRun(run: string): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length =
      first < 0x80 ? 1 : !LEAD.test(String.fromCharCode(first)) ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const character = length === 0 ? '\ufffd' : bytes.subarray(at, at + length).toString('utf8');
    const keep = first === 0x2f || character.includes('\ufffd');
    const step = keep ? 1 : length;
    text += keep ? run.slice(at * 3, at * 3 + 3) : character;
    at += step;
  }
  return text;
}

/** A request's path as the platform routes it: decoded once, dot segments resolved. */
export function decodePath(raw: string): string {
  const decoded = raw.replace(/(?:%[0-9a-f]{2})+/gi, decodeRun);
  const kept: string[] = [];
  for (const segment of decoded.split('/').slice(1)) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`;
}

/** The path as it stands in the function's `request.url`. */
export function encodePath(decoded: string): string {
  return decoded.replace(/%(?![0-9a-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]/giu, encodeURIComponent);
}
