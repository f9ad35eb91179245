import type { HttpResponseInit } from '@azure/functions';
import { rulesText, ruleWarnings } from '../../domain/rules/ruleSet.ts';
import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import type { RulesResult } from '../../usecases/rules/rulesChanger.ts';
import type { AnswerOf } from '../contract/answerOf.ts';
import type { rulesChangedSchema } from '../contract/schemas/rules.ts';
import { versionTag } from '../etag.ts';
import { json } from '../response.ts';
import type { RulesChange } from './request.ts';

/** The rules as a file that uploads unchanged. Its tag is that of the rules that were meant, also where they are lost. */
export function rulesAnswer({ rules, head }: Snapshot): HttpResponseInit {
  return json(200, rulesText(rules), versionTag(head.rules));
}

/** What a change did, or would do. */
export function rulesChanged({ ruleSet, changed, changes, wouldRefuse }: RulesResult, { text, options }: RulesChange) {
  const { preset, rules } = ruleSet;
  const warnings = text === undefined ? [] : ruleWarnings(text, ruleSet);
  const counts = { preset, rules: rules.length, changed, changes };
  const answer = {
    status: 200,
    dryRun: options.dryRun ? 1 : 0,
    ...counts,
    ...(wouldRefuse !== undefined && { wouldRefuse }),
    warnings,
  } satisfies AnswerOf<typeof rulesChangedSchema>;
  return json(200, JSON.stringify(answer), versionTag(ruleSet.id));
}
