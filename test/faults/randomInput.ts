import fc from 'fast-check';
import { PRESETS } from '../../shared/domain/rules/presets.ts';
import KEPT from '../fixtures/requests.json' with { type: 'json' };

/** Bytes as they are put into a URL: every one of them as %XX, some as themselves. */
export const bytes = fc.uint8Array({ maxLength: 60 });
const encoded = bytes.map(all => [...all].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join(''));
/** Any code points; the unit of the library that does the same prepares a map of all of them. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 60 })
  .map(points => String.fromCodePoint(...points));
export const words = fc.oneof(
  encoded,
  anyText.map(text => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom(...KEPT.words, ...KEPT.cursors),
);
export const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map(code => String.fromCharCode(code)),
  maxLength: 80,
});

/** Texts of which one place is different: replaced, left out, written twice, or cut there. */
export function damaged(texts: fc.Arbitrary<string>, damage: fc.Arbitrary<string> = printable): fc.Arbitrary<string> {
  const kinds = fc.constantFrom('replace', 'leave out', 'repeat', 'cut', 'none', 'none');
  return fc.tuple(texts, kinds, fc.nat(), damage).map(([text, kind, place, other]) => {
    const at = text.length === 0 ? 0 : place % text.length;
    const [before, here, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
    if (kind === 'replace') return `${before}${other.charAt(0)}${after}`;
    if (kind === 'leave out') return before + after;
    if (kind === 'repeat') return before + here + here + after;
    return kind === 'cut' ? before : text;
  });
}

/** Keys by which an agent is found, and what comes close to them. */
export const keys = (found: readonly string[]) =>
  fc.oneof(
    damaged(fc.constantFrom(...found)).map(text => encodeURIComponent(text.toWellFormed())),
    words,
  );

/** Mostly what is plain: a file with one odd cell says more than one in which everything is odd. */
const mostly = <T>(plain: fc.Arbitrary<T>, ...odd: readonly fc.Arbitrary<T>[]) =>
  fc.oneof({ arbitrary: plain, weight: 12 }, ...odd.map(arbitrary => ({ arbitrary, weight: 1 })));
const idLike = mostly(fc.nat({ max: 999 }).map(String), fc.constantFrom('a-1', '007', ' 12 ', '１２', ''), anyText);
const emailLike = mostly(
  fc.nat({ max: 999 }).map(number => `agent${number}@contoso.com`),
  fc.constantFrom('', 'mailto:a@b.de', 'Ä@b.de', '"a b"@c.de', 'Anna <anna@contoso.com>', '@'),
  anyText,
);
const numberLike = mostly(
  fc.nat({ max: 99_999_999 }).map(number => `+4989${number}`),
  fc.constantFrom('', '0049 (0) 89 / 12-34', '-1234', '1,2E+10', 'tel:+49;ext=1'),
  anyText,
);
const COLUMNS = ['agentId', 'email', 'number', 'group', 'userId', 'Telefon', 'x', ''];
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** Files of agents: a header that is understood, and rows of what might stand in such a file. */
export const agentFiles = fc
  .record({
    columns: fc.shuffledSubarray(COLUMNS).map(some => [...new Set(['agentId', ...some])]),
    separator: fc.constantFrom(';', ',', '\t', '|'),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    rows: fc.array(
      fc.record({
        agentId: idLike,
        email: emailLike,
        number: numberLike,
        other: mostly(fc.constantFrom('', 'Service'), anyText),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    isQuoted: fc.boolean(),
  })
  .map(({ columns, separator, end, rows, isQuoted }) => {
    const cell = (row: Readonly<Record<string, string>>, column: string) => row[column] ?? row['other'] ?? '';
    const lines = rows.map(row => columns.map(column => cell(row, column)).map(isQuoted ? quoted : text => text));
    return [columns, ...lines].map(line => line.join(separator) + end).join('');
  });

const agentValues = fc.record(
  {
    agentId: mostly<unknown>(idLike, fc.nat(), fc.jsonValue()),
    email: mostly<unknown>(emailLike, fc.jsonValue()),
    number: mostly<unknown>(numberLike, fc.jsonValue()),
    number2: mostly<unknown>(numberLike, fc.constant(null)),
    group: mostly<unknown>(fc.constantFrom('Service', ''), anyText, fc.jsonValue()),
    displayName: mostly<unknown>(
      anyText.map(text => text.toWellFormed()),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: [] },
);
/** One agent as JSON, whose id stands in the address. */
export const oneAgentAsJson = fc.oneof(
  fc.nat({ max: 999 }).map(number => JSON.stringify({ email: `agent${number}@contoso.com` })),
  agentValues.map(({ agentId: _id, ...rest }) => JSON.stringify(rest)),
);
/** Agents as JSON: plain ones, and such as hold anything. */
export const agentsAsJson = fc.oneof(
  fc
    .array(fc.record({ agentId: fc.nat({ max: 99 }).map(String), email: emailLike }), { minLength: 1, maxLength: 6 })
    .map(list => JSON.stringify(list)),
  fc.array(agentValues, { minLength: 1, maxLength: 4 }).map(list => JSON.stringify({ agents: list })),
  agentValues.map(one => JSON.stringify(one)),
);

const stateValues = mostly<unknown>(
  fc.shuffledSubarray(['Busy', 'InACall', 'Available', 'Away', 'inacall', 'NewInTeams', ''], { minLength: 1 }),
  fc.jsonValue(),
);
const conditions = fc.record(
  {
    availability: stateValues,
    activity: stateValues,
    group: stateValues,
    outOfOffice: mostly<unknown>(fc.constantFrom(0, 1), fc.constantFrom(true, '1')),
    afterCall: mostly(fc.constantFrom(0, 1), fc.constant(2)),
    unknown: mostly<unknown>(fc.constantFrom(0, 1), fc.constant(null)),
    stale: fc.constantFrom(0, 1),
  },
  { requiredKeys: [] },
);
const ownRule = fc.record(
  {
    id: mostly(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('stale', 'A', 'in-a-call'), fc.string()),
    when: mostly<unknown>(fc.array(conditions, { minLength: 1, maxLength: 3 }), fc.jsonValue()),
    telStatus: mostly<unknown>(fc.constantFrom(1, 2), fc.constantFrom(0, 3, -1, 1.5, '1', null)),
    reachable: mostly<unknown>(fc.constant(0), fc.constantFrom(1, true, 2)),
    agentStatus: mostly(fc.constantFrom('', 'Pause'), anyText),
    settleSeconds: mostly(fc.constant(0), fc.constantFrom(5, 3_600, 3_601, -1, 0.5)),
  },
  { requiredKeys: ['id', 'when', 'telStatus', 'reachable'] },
);
/** Rules: those of a preset behind rules of one's own, which may be anything. */
export const ruleFiles = fc
  .tuple(fc.constantFrom(...Object.values(PRESETS)), fc.array(ownRule, { maxLength: 2 }))
  .map(([preset, own]) => JSON.stringify({ rules: [...own, ...preset] }));
