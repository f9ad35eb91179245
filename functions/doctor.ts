import { app } from '@azure/functions';
import { doctorHandler } from '../shared/http/monitor/handler.ts';
import { route } from './connector.ts';

app.http('doctor', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/doctor',
  handler: route(doctorHandler),
});
