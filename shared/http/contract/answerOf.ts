import type * as z from 'zod';

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [key in keyof T]: DeepReadonly<T[key]> }
    : T;

/** An answer as its schema has it: the shape of what goes out stands in the contract alone. */
export type AnswerOf<S extends z.ZodType> = DeepReadonly<z.infer<S>>;
