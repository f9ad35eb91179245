import { app } from '@azure/functions';
import { edge, json } from '../shared/http/response.ts';
import { VERSION } from '../shared/version.ts';
import { connector, logTo } from './compose.ts';

const NOT_CONFIGURED = {
  status: 503,
  error: 'settings_fault',
  message: 'The app is not configured.',
  version: VERSION,
};

app.http('live', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'live',
  handler: edge(
    async () => {
      connector();
      return json(200, JSON.stringify({ status: 200, version: VERSION }));
    },
    logTo,
    // Anybody may ask here, so the faulty setting is not named.
    () => NOT_CONFIGURED,
  ),
});
