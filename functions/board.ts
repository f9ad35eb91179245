import { app } from '@azure/functions';
import { boardHandler } from '../shared/http/board/handler.ts';
import { NOT_CONFIGURED } from '../shared/http/monitor/handler.ts';
import { route } from './connector.ts';

app.http('board', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'board/{file?}',
  handler: route(boardHandler, failed => (failed.status === 503 ? NOT_CONFIGURED : failed)),
});
