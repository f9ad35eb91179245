import { app } from '@azure/functions';
import { matchReportHandler } from '../shared/http/agents/handler.ts';
import { route } from './connector.ts';

app.http('matchReport', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'v1/match-report',
  handler: route(matchReportHandler),
});
