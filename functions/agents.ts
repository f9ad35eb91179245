import { app } from '@azure/functions';
import { agentsHandler } from '../shared/http/agents/handler.ts';
import { route } from './connector.ts';

app.http('agents', {
  methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
  authLevel: 'function',
  route: 'v1/agents/{agentId?}',
  handler: route(agentsHandler),
});
