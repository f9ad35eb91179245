import { app } from '@azure/functions';
import { healthHandler } from '../shared/http/monitor/handler.ts';
import { route } from './connector.ts';

app.http('health', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/health',
  handler: route(healthHandler, failed => ({ ...failed, state: 'down' })),
});
