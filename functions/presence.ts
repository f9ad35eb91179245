import { app } from '@azure/functions';
import { presenceFailure } from '../shared/http/presence/answer.ts';
import { presenceHandler } from '../shared/http/presence/handler.ts';
import { route } from './connector.ts';

app.http('presence', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/presence/{key?}',
  handler: route(presenceHandler, presenceFailure),
});
