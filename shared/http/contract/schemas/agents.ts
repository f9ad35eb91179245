import * as z from 'zod';
import { AGENT_ID } from '../../../domain/agents/agent.ts';
import { PROBLEMS } from '../../../domain/agents/problem.ts';
import { count, flag, status, text, time } from './fields.ts';

export const agentSchema = z
  .strictObject({
    agentId: z.string().regex(AGENT_ID),
    email: z.string().default(''),
    userId: z.string().default('').meta({ description: 'Object id in Entra' }),
    number: z.string().default(''),
    number2: z.string().default(''),
    number3: z.string().default(''),
    displayName: z.string().default(''),
    group: z.string().default(''),
  })
  .meta({ id: 'Agent' });

const problem = z.enum(PROBLEMS);
const report = {
  count: count('Agents'),
  mapped: count('Found in the directory and enabled'),
  notFound: count('Nobody in the directory fits'),
  disabled: count('The account is disabled'),
  pending: count('Not looked up yet'),
};
const attention = z.array(
  z.strictObject({
    line: count('Line in the uploaded file; 0 when the row did not come with it'),
    agentId: z.string(),
    problem,
    message: z.string(),
    numberOf: text('Whom the number of the row would find, where the e-mail finds nobody; otherwise empty'),
  }),
);
const generation = text('Version of the agents, also the ETag');

export const uploadReportSchema = z
  .strictObject({
    status,
    ...report,
    generation,
    added: count('Agents that were not there before'),
    removed: count('Agents that are no more'),
    changed: count('Agents that stayed, of whom something in the list is different'),
    wouldRefuse: flag('Of a dry run: 1 when the upload would be refused without replaceAll').optional(),
    wouldAdd: z.array(z.string()).describe('Of a dry run: who would be new').optional(),
    wouldChange: z.array(z.string()).describe('Of a dry run: whose row would say something else').optional(),
    wouldRemove: z.array(z.string()).describe('Of a dry run: who would be no agent any more').optional(),
    wouldRemap: z
      .array(z.strictObject({ agentId: z.string(), from: z.string(), to: z.string() }))
      .describe('Of a dry run: who would stand for another person')
      .optional(),
    wouldBeUnreachable: z.array(z.string()).describe('Of a dry run: who is read now and would not be').optional(),
    encoding: text('How the bytes were read, as the Encoding Standard names it').optional(),
    ignoredColumns: z.array(z.string()).optional(),
    attention,
  })
  .meta({ id: 'UploadReport' });

export const matchReportSchema = z
  .strictObject({
    status,
    ...report,
    generation,
    syncedAt: time('The last complete directory sync'),
    syncFault: text('Why the last sync changed nothing; empty when it was complete'),
    warning: text('Said of a copy, while the tables cannot be read; otherwise empty'),
    attention,
  })
  .meta({ id: 'MatchReport' });
