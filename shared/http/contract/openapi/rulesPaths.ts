import { rulesFileSchema } from '../../../domain/rules/ruleSet.ts';
import { EXPLAIN_PARAMETERS, RULES_CHANGE_PARAMETERS } from '../parameters.ts';
import { explanationSchema, rulesChangedSchema, rulesSchema } from '../schemas/rules.ts';
import { answered, uploaded } from './components.ts';
import type { Json } from './json.ts';
import { asJson, IF_MATCH, queries, responses } from './parts.ts';

export function rulesPaths(): Json {
  const tags = ['Rules'];
  const changed = asJson(answered(rulesChangedSchema));
  return {
    '/api/v1/rules': {
      get: {
        summary: 'The rules as a file that uploads unchanged',
        tags,
        responses: responses({ ok: asJson(answered(rulesSchema)), statuses: [400] }),
      },
      put: {
        summary: 'Replaces the rules',
        tags,
        parameters: [...queries(RULES_CHANGE_PARAMETERS), IF_MATCH],
        requestBody: { required: true, content: asJson(uploaded(rulesFileSchema)) },
        responses: responses({ ok: changed, statuses: [400, 409, 412, 413, 415] }),
      },
      delete: {
        summary: 'Restores the default rules',
        tags,
        parameters: [...queries({ dryRun: RULES_CHANGE_PARAMETERS.dryRun }), IF_MATCH],
        responses: responses({ ok: changed, statuses: [400, 412] }),
      },
    },
    '/api/v1/explain': {
      get: {
        summary: 'Why an agent is or is not reachable',
        tags,
        parameters: queries(EXPLAIN_PARAMETERS),
        responses: responses({ ok: asJson(answered(explanationSchema)), statuses: [300, 400, 404] }),
      },
    },
  };
}
