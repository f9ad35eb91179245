import type { HttpRequest } from '@azure/functions';
import { decodeText } from '../../lib/decodeText.ts';
import type { ChangeRulesOptions } from '../../usecases/rules/rulesChanger.ts';
import { RULES_CHANGE_PARAMETERS } from '../contract/parameters.ts';
import { ifMatch } from '../etag.ts';
import { readQuery } from '../query.ts';
import { bodyOf, charsetOf, mediaTypeOf } from '../request.ts';

export interface RulesChange {
  /** The uploaded text; undefined when the default rules shall count again. */
  readonly text: string | undefined;
  readonly options: ChangeRulesOptions;
}

/** What a PUT or DELETE asks for. @throws RequestError 400, 413, 415; EncodingFault */
export async function rulesChange(request: HttpRequest): Promise<RulesChange> {
  const options = { ...readQuery(request, RULES_CHANGE_PARAMETERS), ifMatch: ifMatch(request) };
  if (request.method === 'DELETE') return { text: undefined, options };
  mediaTypeOf(request, ['application/json'], 'the rules');
  return { text: decodeText(await bodyOf(request), charsetOf(request)).content, options };
}
