import { readable } from '../../lib/readable.ts';

export const GROUP_NAME_LENGTH = 128;
/** The name of a group, in a rule as in a query. */
export const groupName = readable
  .min(1, 'holds an empty name')
  .max(GROUP_NAME_LENGTH, `holds a name over ${GROUP_NAME_LENGTH} characters`);
