import * as z from 'zod';
import { UNKNOWN_AGE_SECONDS } from '../../../domain/presence/freshness.ts';

/** The kinds of fields that answers are made of. */

export const text = (description: string) => z.string().meta({ description });
export const time = (description: string) =>
  z
    .string()
    .regex(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?$/)
    .meta({ description: `${description}; UTC, empty for never` });
export const flag = (description: string) => z.union([z.literal(0), z.literal(1)]).meta({ description });
export const count = (description: string) => z.int().min(0).meta({ description });
export const seconds = (description: string) => z.int().min(0).max(UNKNOWN_AGE_SECONDS).meta({ description });
export const days = (description: string) => z.int().meta({ description: `${description}; -1 when nobody knows` });
export const status = z.int().meta({ description: 'The HTTP status again' });
