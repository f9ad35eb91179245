import { app } from '@azure/functions';
import { explainAnswer } from '../shared/http/explain/response.ts';
import { edge } from '../shared/http/response.ts';
import { connector, logTo } from './compose.ts';

app.http('explain', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/explain',
  handler: edge(async request => {
    const { reader, clock, defaultCountry } = connector();
    return explainAnswer(request, (await reader().read({ fresh: true })).view, defaultCountry, clock());
  }, logTo),
});
