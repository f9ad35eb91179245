import { app } from '@azure/functions';
import { edge } from '../shared/http/answers.ts';
import { explainAnswer } from '../shared/http/explainAnswer.ts';
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
