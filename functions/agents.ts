import { app } from '@azure/functions';
import { agentIdOf, agentsChange } from '../shared/http/agents/request.ts';
import { agentsAnswer, reportAnswer } from '../shared/http/agents/response.ts';
import { edge } from '../shared/http/response.ts';
import { EVENTS } from '../shared/ports/log.ts';
import { connector, logTo } from './compose.ts';

app.http('agents', {
  methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
  authLevel: 'function',
  route: 'v1/agents/{agentId?}',
  handler: edge(async (request, log) => {
    const { reader, upload, defaultCountry } = connector();
    if (request.method === 'GET' || request.method === 'HEAD') {
      const agentId = agentIdOf(request);
      const { view } = await reader().read({ fresh: true });
      return agentsAnswer(request, view, defaultCountry, agentId);
    }
    const change = upload();
    const { edit, options, file } = await agentsChange(request);
    const { attention, ...counts } = await change(edit, options);
    if (!options.dryRun) log(EVENTS.agentsUploaded, counts);
    return reportAnswer({ attention, ...counts }, file);
  }, logTo),
});
