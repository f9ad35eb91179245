import { app } from '@azure/functions';
import { rulesHandler } from '../shared/http/rules/handler.ts';
import { route } from './connector.ts';

app.http('rules', {
  methods: ['GET', 'HEAD', 'PUT', 'DELETE'],
  authLevel: 'function',
  route: 'v1/rules',
  handler: route(rulesHandler),
});
