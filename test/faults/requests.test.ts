import fc from 'fast-check';
import pMap from 'p-map';
import { expect, test } from 'vitest';
import KEPT from '../fixtures/requests.json' with { type: 'json' };
import { sampleSize } from '../support/sampleSize.ts';
import { type Answer, stack } from '../support/stack.ts';
import {
  agentFiles,
  agentsAsJson,
  bytes,
  damaged,
  keys,
  oneAgentAsJson,
  printable,
  ruleFiles,
  words,
} from './randomInput.ts';

const { ask, manage, upload, poll, list } = await stack();
const SEED = Number(process.env['SEED'] ?? 20_261_124);
const MANY = 1_000;
const EACH = sampleSize(30, MANY);

const json = (body: Uint8Array<ArrayBuffer> | string, method = 'PUT') => ({
  method,
  headers: { 'content-type': 'application/json' },
  body,
});
const someKey = keys(['1001', 'id:1001', 'mail:anna@contoso.com', 'anna@contoso.com', 'tel:+49891001', '1002']);
const anyJson = fc.oneof(fc.json({ maxDepth: 4 }), fc.constantFrom(...KEPT.json));
const agentsJson = fc.oneof(damaged(agentsAsJson), anyJson);
const rulesJson = fc.oneof(damaged(ruleFiles), anyJson);
const csv = fc.oneof(
  damaged(agentFiles).map(text => Buffer.from(text)),
  bytes.map(all => Buffer.from(all.length === 0 ? [97] : all)),
);

await upload('agentId;email\n1001;anna@contoso.com\n');
await poll();
/** What the connector has given to its clients, and what comes close to it. */
const { json: known } = await list();
const { json: begun } = await list('?next=');
expect([known['revision'], begun['cursor']]).toEqual([expect.any(String), expect.any(String)]);
const given = fc.constantFrom(
  String(known['revision']),
  String(begun['cursor']),
  ...KEPT.cursors.map(decodeURIComponent),
);
const markers = damaged(given).map(encodeURIComponent);

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
  ['keys in the query', someKey.map(word => () => ask(`/api/v1/presence?key=${word}`))],
  ['keys in the path', someKey.map(word => () => ask(`/api/v1/presence/${word}`))],
  ['keys to explain', someKey.map(word => () => manage(`/api/v1/explain?key=${word}`))],
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
    fc.tuple(fc.constantFrom('changedSince', 'next', 'NEXT'), fc.oneof(markers, words)).map(
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
  ['bodies of agents', csv.map(body => () => upload(new Uint8Array(body), 'text/csv', '?dryRun=1'))],
  ['bodies in JSON', agentsJson.map(text => () => manage('/api/v1/agents?dryRun=1', json(text)))],
  [
    'agents one by one',
    fc
      .tuple(
        someKey,
        fc.oneof(damaged(oneAgentAsJson), agentsJson),
        fc.constantFrom('GET', 'PUT', 'PUT', 'POST', 'DELETE'),
      )
      .map(([word, body, method]) => {
        return () =>
          manage(
            `/api/v1/agents/${word}?dryRun=1`,
            method === 'GET' || method === 'DELETE' ? { method } : json(body, method),
          );
      }),
  ],
  ['agents that are added', agentsJson.map(body => () => manage('/api/v1/agents?dryRun=1', json(body, 'POST')))],
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
  ['rules', rulesJson.map(text => () => manage('/api/v1/rules?dryRun=1', json(text)))],
];

/** They are one name, or words that nobody reads: nearly all are refused. */
const UNSTRUCTURED = new Set(['files of the board', 'questions to the other routes']);

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
    // What is refused at the first look tries nothing that comes behind it. A few alone may all be odd.
    if (EACH >= MANY && !UNSTRUCTURED.has(name))
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(EACH / 100);
    if (name !== 'headers') expect(answers.some(({ status }) => status === 400 || status === 404)).toBe(true);
    expect((await list()).json['records']).toEqual(before);
  },
  120_000,
);
