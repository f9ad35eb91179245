import { EVENTS } from '../../ports/log.ts';
import type { PresenceReader } from '../../usecases/read/presenceReader.ts';
import type { RulesChanger } from '../../usecases/rules/changeRules.ts';
import { isRead } from '../request.ts';
import type { RouteHandler } from '../response.ts';
import { rulesAnswer, rulesChange, rulesChanged } from './response.ts';

export interface RulesRoute {
  readonly reader: () => PresenceReader;
  readonly changeRules: () => RulesChanger;
}

/** The rules as a file, or a change of them. */
export function rulesHandler({ reader, changeRules }: RulesRoute): RouteHandler {
  return async (request, log) => {
    if (isRead(request)) return rulesAnswer((await reader().read({ fresh: true })).view.rules);
    const change = await rulesChange(request);
    const { text, options } = change;
    const result = await changeRules()(text, options);
    if (!options.dryRun) log(EVENTS.rulesChanged, { changed: result.changed, rules: result.table.rules.length });
    return rulesChanged(result, change);
  };
}
