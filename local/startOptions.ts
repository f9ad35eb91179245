import { parseArgs } from 'node:util';
import * as z from 'zod';

/** People that the sample file maps. */
export const SAMPLE_SIZE = 12;

const USAGE = `npm start -- [options]
  --people N     simulated people (12)
  --seed N       other people and another day (1)
  --speed N      simulated minutes per minute; 0 stands still (30)
  --agents FILE  upload this file instead of the sample
  --port N       port to serve on (7071)
  --host ADDR    address to serve on (127.0.0.1)
  --key WORD     other keys; without it they are the same at every start
  --verbose      show every log line`;

const count = (min: number, max: number) =>
  z.coerce
    .number()
    .int()
    .min(min)
    .max(max)
    .catch(() => Number.NaN)
    .refine(value => !Number.isNaN(value), `must be a whole number from ${min} to ${max}`);
const optionsSchema = z.object({
  people: count(1, 20_000).default(SAMPLE_SIZE),
  seed: count(0, 2 ** 31).default(1),
  speed: count(0, 10_000).default(30),
  agents: z.string().optional(),
  port: count(0, 65_535).default(7071),
  host: z.string().min(1).default('127.0.0.1'),
  key: z.string().min(1).optional(),
  verbose: z.boolean().default(false),
});
export type Options = z.output<typeof optionsSchema>;

/** What the command line asks for; ends the process with a hint when it cannot be read. */
export function readOptions(): Options {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const { values } = parseArgs({
      options: {
        people: text,
        seed: text,
        speed: text,
        agents: text,
        port: text,
        host: text,
        key: text,
        verbose: flag,
        help: flag,
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    return optionsSchema.parse(values);
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const fault = issue ? `--${issue.path.join('.')} ${issue.message}` : (error as Error).message.split('\n', 1)[0];
    console.error(`${fault}\n\n${USAGE}`);
    process.exit(2);
  }
}
