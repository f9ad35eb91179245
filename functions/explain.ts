import { app } from '@azure/functions';
import { explainHandler } from '../shared/http/explain/handler.ts';
import { route } from './connector.ts';

app.http('explain', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/explain',
  handler: route(explainHandler),
});
