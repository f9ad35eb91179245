import { app } from '@azure/functions';
import { presenceHandler } from '../shared/http/presence/handler.ts';
import { presenceFailure } from '../shared/http/presence/list.ts';
import { route } from './connector.ts';

app.http('presence', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/presence/{key?}',
  handler: route(
    connector => presenceHandler({ ...connector, readPresence: connector.readPresence() }),
    presenceFailure,
  ),
});
