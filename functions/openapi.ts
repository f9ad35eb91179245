import { app } from '@azure/functions';
import { openApiHandler } from '../shared/http/monitor/handler.ts';
import { route } from './connector.ts';

app.http('openapi', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'openapi.json',
  handler: route(() => openApiHandler),
});
