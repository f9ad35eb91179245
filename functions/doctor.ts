import { app } from '@azure/functions';
import { edge, json } from '../shared/http/response.ts';
import { acdSetup } from '../shared/usecases/doctor/acdSetup.ts';
import { VERSION } from '../shared/version.ts';
import { connector, logTo } from './compose.ts';

app.http('doctor', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/doctor',
  handler: edge(async request => {
    const { doctor, pollSeconds } = connector();
    const report = await doctor()();
    return json(
      200,
      JSON.stringify({
        status: 200,
        ...report,
        version: VERSION,
        jtel: acdSetup(new URL(request.url).origin, pollSeconds),
      }),
    );
  }, logTo),
});
