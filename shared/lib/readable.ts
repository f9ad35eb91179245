import * as z from 'zod';
import { cleanText, READABLE } from './cleanText.ts';

/** A text as it is stored: clean, and with no character that nobody could read. */
export const readable = z
  .string('holds something else than text')
  .overwrite(cleanText)
  .refine(...READABLE);
