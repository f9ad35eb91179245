import { app } from '@azure/functions';
import { describeFault } from '../shared/errors/errors.ts';
import { presenceAnswer, presenceFailure } from '../shared/http/presence/list.ts';
import { presenceQuery } from '../shared/http/presence/query.ts';
import { edge } from '../shared/http/response.ts';
import { EVENTS } from '../shared/ports/log.ts';
import { connector, logTo } from './compose.ts';

app.http('presence', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/presence/{key?}',
  handler: edge(
    async (request, log) => {
      const { reader, clock, defaultCountry, countPull, heal } = connector();
      const query = presenceQuery(request, defaultCountry);
      const first = await reader().read();
      // Tables that cannot be read cannot be polled into either.
      const healed = first.fault === undefined && (await heal()(first.view.head, log));
      const { view, fault } = healed ? await reader().read({ fresh: true }) : first;
      if (fault !== undefined) log(EVENTS.requestFailed, { code: describeFault(fault).code, status: 200 });
      const answer = presenceAnswer(request, view, query, clock());
      countPull(answer.status ?? 200, log);
      return answer;
    },
    logTo,
    presenceFailure,
  ),
});
