import * as z from 'zod';
import { cleanText, READABLE } from './cleanText.ts';

/** A text as it is stored: clean, and with no character that nobody could read. */
export const readable = z
  .string('holds something else than text')
  .overwrite(cleanText)
  .refine(...READABLE);

export const GROUP_NAME_LENGTH = 128;
/** The name of a group, in a rule as in a query. */
export const groupName = readable
  .min(1, 'holds an empty name')
  .max(GROUP_NAME_LENGTH, `holds a name over ${GROUP_NAME_LENGTH} characters`);
