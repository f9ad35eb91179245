import type { Clock } from '../../lib/clock.ts';
import { EVENTS } from '../../ports/log.ts';
import type { PresenceReader } from '../../usecases/read/presenceReader.ts';
import type { RulesChanger } from '../../usecases/rules/rulesChanger.ts';
import { fromCopy } from '../lastCopy.ts';
import { readQuery } from '../query.ts';
import { isRead } from '../request.ts';
import type { RouteHandler } from '../response.ts';
import { rulesChange } from './request.ts';
import { rulesAnswer, rulesChanged } from './response.ts';

interface RulesRoute {
  readonly reader: () => PresenceReader;
  readonly changeRules: () => RulesChanger;
  readonly clock: Clock;
}

/** The rules as a file, or a change of them. */
export function rulesHandler({ reader, changeRules, clock }: RulesRoute): RouteHandler {
  return async (request, log) => {
    if (isRead(request)) {
      readQuery(request, {});
      const read = await reader().read({ fresh: true });
      return fromCopy(read, clock(), () => rulesAnswer(read.snapshot));
    }
    const change = await rulesChange(request);
    const { text, options } = change;
    const result = await changeRules()(text, options);
    if (!options.dryRun) log(EVENTS.rulesChanged, { rules: result.ruleSet.rules.length });
    return rulesChanged(result, change);
  };
}
