import * as z from 'zod';
import { status, text } from './fields.ts';

export const failureSchema = z
  .strictObject({
    status,
    error: text('A stable word'),
    message: text('A sentence for a person'),
    faults: z.array(z.string()).optional().meta({ description: 'Of an upload: a sentence for each fault' }),
  })
  .meta({ id: 'Failure' });
