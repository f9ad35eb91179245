import { app } from '@azure/functions';
import { singleFailure } from '../shared/domain/record.ts';
import { describeFault } from '../shared/errors.ts';
import { edge } from '../shared/http/answers.ts';
import { listAnswer, oneAnswer } from '../shared/http/presenceAnswers.ts';
import { asksForOne, presenceQuery } from '../shared/http/presenceQuery.ts';
import { EVENTS } from '../shared/ports/log.ts';
import { connector, logTo } from './compose.ts';

app.http('presence', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/presence/{key?}',
  handler: edge(
    async (request, log) => {
      const { reader, clock, defaultCountry } = connector();
      const query = presenceQuery(request, defaultCountry);
      const { view, fault } = await reader().read();
      if (fault !== undefined) log(EVENTS.requestFailed, { code: describeFault(fault).code, status: 200 });
      return 'key' in query
        ? oneAnswer(request, view, query.key, clock())
        : listAnswer(request, view, query.filter, clock());
    },
    logTo,
    (failed, request) => (asksForOne(request) ? singleFailure(failed.status, failed.error, failed.message) : failed),
  ),
});
