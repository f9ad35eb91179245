import { app } from '@azure/functions';
import { liveHandler, NOT_CONFIGURED } from '../shared/http/monitor/handler.ts';
import { route } from './connector.ts';

app.http('live', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'live',
  handler: route(
    () => liveHandler,
    () => NOT_CONFIGURED,
  ),
});
