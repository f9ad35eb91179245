import { app } from '@azure/functions';
import { edge, json } from '../shared/http/response.ts';
import { connector, logTo } from './compose.ts';

app.http('health', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/health',
  handler: edge(
    async () => {
      const health = await connector().health()();
      return json(health.status, JSON.stringify(health));
    },
    logTo,
    failed => ({ ...failed, state: 'down' }),
  ),
});
