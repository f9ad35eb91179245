import { app } from '@azure/functions';
import { edge } from '../shared/http/response.ts';
import { rulesAnswer, rulesChange, rulesChanged } from '../shared/http/rules/response.ts';
import { EVENTS } from '../shared/ports/log.ts';
import { connector, logTo } from './compose.ts';

app.http('rules', {
  methods: ['GET', 'HEAD', 'PUT', 'DELETE'],
  authLevel: 'function',
  route: 'v1/rules',
  handler: edge(async (request, log) => {
    const { reader, changeRules } = connector();
    if (request.method === 'GET' || request.method === 'HEAD')
      return rulesAnswer((await reader().read({ fresh: true })).view.rules);
    const change = await rulesChange(request);
    const { text, options } = change;
    const result = await changeRules()(text, options);
    if (!options.dryRun) log(EVENTS.rulesChanged, { changed: result.changed, rules: result.table.rules.length });
    return rulesChanged(result, change);
  }, logTo),
});
