import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { type RuleSet, rulesText, ruleWarnings } from '../../domain/rules/ruleSet.ts';
import { decodeText } from '../../lib/decodeText.ts';
import type { ChangeRulesOptions, RulesResult } from '../../usecases/rules/changeRules.ts';
import { ifMatch, versionTag } from '../etag.ts';
import { flag, readQuery } from '../query.ts';
import { bodyOf, charsetOf, mediaTypeOf } from '../request.ts';
import { json } from '../response.ts';

const rulesQuery = { dryrun: flag, allowunknownvalues: flag, allowcalls: flag };

export interface RulesChange {
  /** The uploaded text; undefined when the default rules shall count again. */
  readonly text: string | undefined;
  readonly options: ChangeRulesOptions;
}

/** What a PUT or DELETE asks for. @throws RequestError 400, 413, 415 */
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

/** The rules as a file that uploads unchanged. */
export function rulesAnswer(table: RuleSet): HttpResponseInit {
  return json(200, rulesText(table), versionTag(table.id));
}

/** What a change did, or would do. */
export function rulesChanged({ table, changed, changes }: RulesResult, { text, options }: RulesChange) {
  const { preset, rules } = table;
  const warnings = text === undefined ? [] : ruleWarnings(text, table);
  const counts = { preset, rules: rules.length, changed, changes };
  const answer = { status: 200, dryRun: options.dryRun ? 1 : 0, ...counts, warnings };
  return json(200, JSON.stringify(answer), versionTag(table.id));
}
