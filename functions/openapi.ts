import { app } from '@azure/functions';
import { edge, json } from '../shared/http/response.ts';
import { connector, logTo } from './compose.ts';

app.http('openapi', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'openapi.json',
  handler: edge(async () => {
    connector();
    // Dozens of schemas that no other route needs: they are made when somebody asks.
    const { openApiDocument } = await import('../shared/http/contract/openapi.ts');
    return json(200, JSON.stringify(openApiDocument()));
  }, logTo),
});
