import type { HttpRequest } from '@azure/functions';
import { decodeText } from '../../lib/decodeText.ts';
import type { ChangeRulesOptions } from '../../usecases/rules/rulesChanger.ts';
import { ifMatch } from '../etag.ts';
import { flag, readQuery } from '../query.ts';
import { bodyOf, charsetOf, mediaTypeOf } from '../request.ts';

const rulesQuery = { dryrun: flag, allowunknownvalues: flag, allowcalls: flag };

export interface RulesChange {
  /** The uploaded text; undefined when the default rules shall count again. */
  readonly text: string | undefined;
  readonly options: ChangeRulesOptions;
}

/** What a PUT or DELETE asks for. @throws RequestError 400, 413, 415; EncodingFault */
export async function rulesChange(request: HttpRequest): Promise<RulesChange> {
  const query = readQuery(
    request,
    rulesQuery,
    'The query may hold dryRun, allowUnknownValues and allowCalls, each 0 or 1.',
  );
  const allowed = { allowUnknownValues: query.allowunknownvalues === '1', allowCalls: query.allowcalls === '1' };
  const options = { dryRun: query.dryrun === '1', ...allowed, ifMatch: ifMatch(request) };
  if (request.method === 'DELETE') return { text: undefined, options };
  mediaTypeOf(request, ['application/json'], 'the rules');
  return { text: decodeText(await bodyOf(request), charsetOf(request)).content, options };
}
