import { app } from '@azure/functions';
import { edge, json } from '../shared/http/answers.ts';
import { openApiDocument } from '../shared/http/contract/openapi.ts';
import { connector, logTo } from './compose.ts';

app.http('openapi', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'openapi.json',
  handler: edge(async () => {
    connector();
    return json(200, JSON.stringify(openApiDocument()));
  }, logTo),
});
