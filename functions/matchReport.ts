import { app } from '@azure/functions';
import { matchReportAnswer } from '../shared/http/agents/response.ts';
import { edge } from '../shared/http/response.ts';
import { connector, logTo } from './compose.ts';

app.http('matchReport', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/match-report',
  handler: edge(async request => {
    const { reader, defaultCountry } = connector();
    return matchReportAnswer(request, (await reader().read({ fresh: true })).view, defaultCountry);
  }, logTo),
});
