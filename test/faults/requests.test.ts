import fc from 'fast-check';
import pMap from 'p-map';
import { expect, test } from 'vitest';
import KEPT from '../fixtures/requests.json' with { type: 'json' };
import { sampleSize } from '../support/sampleSize.ts';
import { type Answer, stack } from '../support/stack.ts';

const { ask, manage, upload, poll, list } = await stack();
const SEED = Number(process.env['SEED'] ?? 20_261_124);
const EACH = sampleSize(30, 1_000);

/** Bytes as they are put into a URL: every one of them as %XX, some as themselves. */
const bytes = fc.uint8Array({ maxLength: 60 });
const encoded = bytes.map(all => [...all].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join(''));
/** Any code points; the unit of the library that does the same prepares a map of all of them. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 60 })
  .map(points => String.fromCodePoint(...points));
const words = fc.oneof(
  encoded,
  anyText.map(text => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom(...KEPT.words, ...KEPT.cursors),
);
const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map(code => String.fromCharCode(code)),
  maxLength: 80,
});

const json = (body: Uint8Array<ArrayBuffer> | string, method = 'PUT') => ({
  method,
  headers: { 'content-type': 'application/json' },
  body,
});
const almostJson = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc
    .record({ rules: fc.array(fc.record({ id: fc.string(), when: fc.jsonValue(), telStatus: fc.jsonValue() })) })
    .map(value => JSON.stringify(value)),
  fc
    .array(fc.record({ agentId: fc.jsonValue(), email: fc.jsonValue(), number: fc.jsonValue() }), { minLength: 1 })
    .map(value => JSON.stringify(value)),
  bytes.map(all => `[{"agentId":"${Buffer.from(all).toString('latin1')}"}]`),
);

type Shot = () => Promise<Answer>;
/** What is kept is asked each time, one after the other, before anything random. */
const KEPT_SHOTS: Readonly<Record<string, readonly Shot[]>> = {
  'keys in the query': KEPT.words.map(word => () => ask(`/api/v1/presence?key=${word}`)),
  'keys in the path': KEPT.words.map(word => () => ask(`/api/v1/presence/${word}`)),
  'keys to explain': KEPT.words.map(word => () => manage(`/api/v1/explain?key=${word}`)),
  'revisions and cursors': KEPT.cursors.flatMap(word =>
    ['changedSince', 'next'].map(name => () => ask(`/api/v1/presence?${name}=${word}`)),
  ),
  'bodies of agents': KEPT.csv.map(text => () => upload(text, 'text/csv', '?dryRun=1')),
  'bodies in JSON': KEPT.json.map(text => () => manage('/api/v1/agents?dryRun=1', json(text))),
  rules: KEPT.json.map(text => () => manage('/api/v1/rules?dryRun=1', json(text))),
};
const KINDS: readonly (readonly [name: string, shots: fc.Arbitrary<Shot>])[] = [
  ['keys in the query', words.map(word => () => ask(`/api/v1/presence?key=${word}`))],
  ['keys in the path', words.map(word => () => ask(`/api/v1/presence/${word}`))],
  ['keys to explain', words.map(word => () => manage(`/api/v1/explain?key=${word}`))],
  ['files of the board', words.map(word => () => ask(`/api/board/${word}`))],
  [
    'filters',
    fc.tuple(fc.constantFrom('group', 'reachable', 'agents', 'AGENTS', 'unknown'), words).map(
      ([name, word]) =>
        () =>
          ask(`/api/v1/presence?${name}=${word}`),
    ),
  ],
  [
    'revisions and cursors',
    fc.tuple(fc.constantFrom('changedSince', 'next', 'NEXT'), words).map(
      ([name, word]) =>
        () =>
          ask(`/api/v1/presence?${name}=${word}`),
    ),
  ],
  [
    'headers',
    fc.tuple(fc.constantFrom('if-none-match', 'if-match', 'accept', 'content-type', 'x-forwarded-for'), printable).map(
      ([name, value]) =>
        () =>
          manage('/api/v1/rules?dryRun=1', {
            ...json('{"preset":"strict"}'),
            headers: { 'content-type': 'application/json', [name]: value },
          }),
    ),
  ],
  [
    'bodies of agents',
    bytes.map(all => () => upload(all.length === 0 ? 'a' : new Uint8Array(all), 'text/csv', '?dryRun=1')),
  ],
  ['bodies in JSON', almostJson.map(text => () => manage('/api/v1/agents?dryRun=1', json(text)))],
  [
    'agents one by one',
    fc.tuple(words, almostJson, fc.constantFrom('GET', 'PUT', 'POST', 'DELETE')).map(([word, body, method]) => {
      return () =>
        manage(
          `/api/v1/agents/${word}?dryRun=1`,
          method === 'GET' || method === 'DELETE' ? { method } : json(body, method),
        );
    }),
  ],
  ['agents that are added', almostJson.map(body => () => manage('/api/v1/agents?dryRun=1', json(body, 'POST')))],
  [
    'questions to the other routes',
    fc
      .tuple(
        fc.constantFrom('v1/match-report', 'v1/health', 'openapi.json', 'live', 'v1/rules', 'v1/doctor'),
        words,
        words,
      )
      .map(
        ([route, name, value]) =>
          () =>
            manage(`/api/${route}?${name}=${value}`),
      ),
  ],
  ['rules', almostJson.map(text => () => manage('/api/v1/rules?dryRun=1', json(text)))],
];

await upload('agentId;email\n1001;anna@contoso.com\n');
await poll();

test.each(KINDS)(
  `random %s never break anything, from seed ${SEED} on`,
  async (name, shots) => {
    const before = (await list()).json['records'];
    const sample = [...(KEPT_SHOTS[name] ?? []), ...fc.sample(shots, { numRuns: EACH, seed: SEED })];
    const answers = await pMap(sample, shot => shot(), { concurrency: 16 });
    for (const { asked, status, text, json: body } of answers) {
      // What breaks it is kept in test/fixtures/requests.json from then on.
      expect(status, asked).toBeLessThan(500);
      // An empty body is the platform's own.
      if (status < 400 || text === '') continue;
      expect(body).toMatchObject({
        status,
        error: expect.stringMatching(/^[a-z_]+$/),
        message: expect.stringMatching(/\.$/),
      });
    }
    if (name !== 'headers') expect(answers.some(({ status }) => status === 400 || status === 404)).toBe(true);
    expect((await list()).json['records']).toEqual(before);
  },
  120_000,
);
