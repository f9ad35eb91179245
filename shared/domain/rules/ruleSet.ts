import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { RulesChangeRefused } from '../../errors/errors.ts';
import { MAX_FAULTS, uploadError } from '../../errors/uploadFaults.ts';
import { readable } from '../../lib/readable.ts';
import { isKnownValue } from '../presence/teamsPresence.ts';
import { conditionSchema, NO_OBJECT, zeroOrOne } from './conditions.ts';
import { DEFAULT_PRESET, PRESET_NAMES, PRESETS, type PresetName } from './presets.ts';
import { type CompiledRules, compileRules, RESERVED_RULES, type Rule } from './rule.ts';
import { unreachableRules } from './unreachableRules.ts';

/** A complete set of rules; the empty id is "none were ever uploaded". */
export interface RuleSet {
  readonly id: string;
  /** Empty when the rules are those of no preset. */
  readonly preset: PresetName | '';
  readonly rules: readonly Rule[];
  readonly compiled: CompiledRules;
}

const MAX_RULES = 100;
const MAX_ALTERNATIVES = 20;
/** What one property of a table row holds (learn.microsoft.com/rest/api/storageservices: 64 KiB of UTF-16). */
const MAX_CHARACTERS = 30_000;
const TOO_LONG = 'the rules are too long to be stored';
/** As people write them, with blanks. */
const MAX_WRITTEN_CHARACTERS = 10 * MAX_CHARACTERS;

export const ruleSchema = z.strictObject(
  {
    id: z.string('is missing').regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be small letters, digits and -, up to 40'),
    when: z
      .array(conditionSchema, 'is missing: a list of conditions, one of which must hold')
      .min(1, 'is an empty list')
      .max(MAX_ALTERNATIVES, `holds more than ${MAX_ALTERNATIVES} conditions`),
    telStatus: z.union([z.literal(0), z.literal(1), z.literal(2)], 'must be 0 (free), 1 (busy) or 2 (ringing)'),
    reachable: zeroOrOne,
    agentStatus: readable.max(64, 'is longer than 64 characters').default(''),
    settleSeconds: z.int('must be whole seconds').min(0, 'is negative').max(3_600, 'is over an hour').default(0),
  },
  NO_OBJECT,
);

export const presetSchema = z.enum([...PRESET_NAMES, ''], `must be ${PRESET_NAMES.join(' or ')}`);

/** What an upload holds: a preset by name, or rules of one's own. */
export const rulesFileSchema = z.strictObject(
  {
    preset: presetSchema.optional(),
    rules: z.array(ruleSchema, 'is not a list').max(MAX_RULES, `holds more than ${MAX_RULES} rules`).optional(),
  },
  NO_OBJECT,
);

function ruleSetOf(id: string, rules: readonly Rule[]): RuleSet {
  const [preset = ''] = PRESET_NAMES.filter(name => isDeepStrictEqual(PRESETS[name], rules));
  return { id, preset, rules, compiled: compileRules(rules) };
}

/** The rules that count when none were uploaded. */
export const DEFAULT_RULES: RuleSet = ruleSetOf('', PRESETS[DEFAULT_PRESET]);

function isEmpty(condition: object): boolean {
  return Object.keys(condition).length === 0;
}

/** What is wrong with rules that are well-formed one by one. */
function contradictions(rules: readonly Rule[]): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    const place = `rule ${index + 1} (${rule.id})`;
    if (seen.has(rule.id)) faults.push(`${place}: another rule has the same id`);
    seen.add(rule.id);
    if ((RESERVED_RULES as readonly string[]).includes(rule.id)) faults.push(`${place}: the id is reserved`);
    if (rule.reachable === 1 && rule.telStatus !== 0)
      faults.push(`${place}: with reachable 1 the telStatus must be 0, because nobody on the phone is reachable`);
    if (rule.settleSeconds > 0 && rule.reachable === 0)
      faults.push(`${place}: settleSeconds needs reachable 1, because only a change to free has to settle`);
    if (rule.reachable === 1 && rule.when.some(({ unknown, stale }) => unknown === 1 || stale === 1))
      faults.push(`${place}: nobody is reachable on unknown or stale data`);
    if (
      rule.when.some(({ unknown, availability, activity }) => unknown === 1 && (availability ?? activity) !== undefined)
    )
      faults.push(`${place}: unknown goes with no availability or activity, because there is none`);
  }
  if (!rules.at(-1)?.when.some(isEmpty)) faults.push('the last rule must match anything else: {"when": [{}]}');
  if (faults.length > 0) return faults;
  const unreachable = unreachableRules(rules);
  if (unreachable === undefined) return ['the rules name too many different values to be checked'];
  return unreachable.map(
    id => `rule ${id} can never decide: the rules above it always match first, or what it wants cannot be`,
  );
}

/** `rules.2.when.0.group` as a person counts: rule 3, when, group. */
function placeOf(path: readonly PropertyKey[], file: unknown): string {
  const [list, index, ...fields] = path;
  if (list !== 'rules' || typeof index !== 'number') return path.map(String).join(' ') || 'the body';
  const id: unknown = (file as { rules?: { id?: unknown }[] }).rules?.[index]?.id;
  const name = typeof id === 'string' && id.length <= 40 ? ` (${id})` : '';
  return [`rule ${index + 1}${name}:`, ...fields.filter(field => typeof field === 'string')].join(' ');
}

function malformed(faults: readonly string[]): RulesChangeRefused {
  return uploadError(RulesChangeRefused, 'malformed_rules', faults);
}

/**
 * Reads uploaded rules, completely or not at all.
 * @throws RulesChangeRefused that names each fault with its rule
 */
export function readRulesFile(text: string, id: string, { allowUnknownValues = false } = {}): RuleSet {
  if (text.length > MAX_WRITTEN_CHARACTERS) throw malformed([TOO_LONG]);
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw malformed(['the body is not JSON']);
  }
  const parsed = rulesFileSchema.safeParse(file);
  if (!parsed.success) {
    throw malformed(
      parsed.error.issues.map(issue => {
        if (issue.code !== 'unrecognized_keys') return `${placeOf(issue.path, file)} ${issue.message}`;
        const where = issue.path.length === 0 ? '' : `${placeOf(issue.path, file)} `;
        return `${where}there is no field ${String(issue.keys[0]).slice(0, 40)}`;
      }),
    );
  }
  const { preset, rules } = parsed.data;
  if (rules === undefined) {
    if (preset === undefined || preset === '')
      throw malformed([`the body needs a preset (${PRESET_NAMES.join(', ')}) or a list of rules`]);
    return ruleSetOf(id, PRESETS[preset]);
  }
  const complete = rules as readonly Rule[];
  const ruleSet = ruleSetOf(id, complete);
  if (rulesText(ruleSet).length > MAX_CHARACTERS) throw malformed([TOO_LONG]);
  const faults = [
    ...contradictions(complete),
    ...(allowUnknownValues
      ? []
      : unlistedValues(complete).map(fault => `${fault}; if it is meant, add ?allowUnknownValues=1`)),
  ];
  if (faults.length > 0) throw malformed(faults);
  return ruleSet;
}

function storedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Somebody cut it: no JSON is no file of rules, as JSON of another form is none.
    return undefined;
  }
}

/** Rules that were checked when they were uploaded; undefined when somebody altered them, or a version that knows more wrote them. */
export function storedRules(text: string, id: string): RuleSet | undefined {
  const stored = rulesFileSchema.safeParse(storedJson(text));
  return stored.success && stored.data.rules !== undefined
    ? ruleSetOf(id, stored.data.rules as readonly Rule[])
    : undefined;
}

/** What is said of values that Microsoft does not list: a slip of the pen would make a rule that never matches. */
function unlistedValues(rules: readonly Rule[]): string[] {
  return rules.flatMap(({ id, when }) =>
    (['availability', 'activity'] as const).flatMap(field =>
      when
        .flatMap(condition => condition[field] ?? [])
        .filter(name => !isKnownValue(name, field))
        .map(name => `rule ${id}: Microsoft does not list the ${field} ${name}`),
    ),
  );
}

/** What is probably not meant, although it can be obeyed. */
export function ruleWarnings(text: string, { rules, preset }: RuleSet): string[] {
  const named = rulesFileSchema.safeParse(JSON.parse(text)).data?.preset;
  return [
    ...(named && named !== preset ? [`the rules are not those of the preset ${named}: the rules count`] : []),
    ...unlistedValues(rules),
  ].slice(0, MAX_FAULTS);
}

/** The rules as they are stored and shown: a file that uploads unchanged. */
export function rulesText({ preset, rules }: RuleSet): string {
  return JSON.stringify({ preset, rules });
}
