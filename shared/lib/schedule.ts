import { Cron } from 'croner';

/**
 * The six fields of NCRONTAB, the notation of Azure's timers (github.com/atifaziz/NCrontab): second, minute, hour, day,
 * month, day of the week. Other cron notations know more (`L`, `#`, `?`, 7 for Sunday); the platform refuses them.
 */
const FIELDS = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const;

const ITEM = /^(\*|[a-z]+|\d+)(?:-([a-z]+|\d+))?(?:\/(\d+))?$/i;

/** One field with its names as numbers; undefined when it is not NCRONTAB. */
function readField(text: string, { min, max, names }: (typeof FIELDS)[number]): string | undefined {
  const number = (word: string): number => {
    if (/^\d+$/.test(word)) return Number(word);
    const index = word.length < 3 ? -1 : names.findIndex(name => word.toLowerCase().startsWith(name));
    return index < 0 ? Number.NaN : min + index;
  };
  const items = text.split(',').map(item => {
    const [, first = '', last, step] = ITEM.exec(item) ?? [];
    if (first === '' || (first === '*' && last !== undefined) || step === '0') return undefined;
    if (first === '*') return `*${step === undefined ? '' : `/${step}`}`;
    const from = number(first);
    const to = last === undefined ? (step === undefined ? from : max) : number(last);
    if (!(from >= min && from <= to && to <= max)) return undefined;
    return `${from}-${to}${step === undefined ? '' : `/${step}`}`;
  });
  return items.includes(undefined) ? undefined : items.join(',');
}

/** A schedule as Azure's timers read it, in UTC; undefined when they would refuse it, or it never comes. */
export function readSchedule(text: string): string | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) return undefined;
  const read = FIELDS.map((field, index) => readField(fields[index] ?? '', field));
  if (read.includes(undefined)) return undefined;
  const pattern = read.join(' ');
  try {
    return occurrences(pattern, 1).length === 0 ? undefined : pattern;
  } catch {
    // The library has rules of its own, such as steps that are longer than the field.
    return undefined;
  }
}

const DAY_SECONDS = 86_400;

/** The values of a field that was read. */
function valuesOf(field: string, { min, max }: (typeof FIELDS)[number]): number[] {
  const values = field.split(',').flatMap(item => {
    const [range = '', step = '1'] = item.split('/');
    const [from, to] = range === '*' ? [min, max] : range.split('-').map(Number);
    const first = from ?? min;
    return Array.from(
      { length: Math.floor(((to ?? first) - first) / Number(step)) + 1 },
      (_, index) => first + index * Number(step),
    );
  });
  return [...new Set(values)].sort((a, b) => a - b);
}

/**
 * The longest time between two occurrences of a schedule that was read, in seconds; a day at least when it does not come
 * every day.
 */
export function longestGapSeconds(schedule: string): number {
  const values = schedule.split(' ').map((field, index) => valuesOf(field, FIELDS[index] ?? FIELDS[0]));
  const daily = FIELDS.slice(3).every(({ min, max }, index) => values[index + 3]?.length === max - min + 1);
  if (!daily) return DAY_SECONDS;
  const [seconds = [], minutes = [], hours = []] = values;
  let [first, last, longest] = [-1, -1, 0];
  for (const hour of hours) {
    for (const minute of minutes) {
      for (const second of seconds) {
        const time = hour * 3_600 + minute * 60 + second;
        if (first < 0) first = time;
        else longest = Math.max(longest, time - last);
        last = time;
      }
    }
  }
  return Math.max(longest, first + DAY_SECONDS - last);
}

/**
 * Day of month and day of week must both fit, as NCRONTAB has it. UTC as an offset: by its name it is looked up among
 * the time zones, which takes 20 ms or more the first time.
 */
const cronOf = (schedule: string) => new Cron(schedule, { paused: true, utcOffset: 0, domAndDow: true });

/** The next so many times of a schedule that was read, milliseconds since 1970. */
export function occurrences(schedule: string, count: number): number[] {
  return cronOf(schedule)
    .nextRuns(count)
    .map(run => run.getTime());
}

/** The first so many times after an instant. */
export function occurrencesAfter(schedule: string, instant: number, count: number): number[] {
  return cronOf(schedule)
    .nextRuns(count, new Date(instant))
    .map(run => run.getTime());
}
