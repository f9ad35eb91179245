import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { lookupKey } from '../../../../shared/domain/agents/lookupKey.ts';
import { oneAnswer } from '../../../../shared/http/presence/single.ts';
import { agent } from '../../../support/builders.ts';
import { world } from '../../../support/world.ts';

/** What a key is answered in a list of two people, who share an extension. */
async function answerTo(key: string) {
  const here = world();
  const people = [1, 2].map(index => agent(index, { number: '4711', numberKeys: ['4711'] }));
  await here.map(people);
  await here.poller()();
  here.time.advance(4_000);
  const { snapshot } = await here.reader().read();
  const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/v1/presence?key=${key}` });
  const { answer, ageSeconds } = oneAnswer(request, snapshot, lookupKey(key, 'DE'), here.time.clock());
  return { status: answer.status, ageSeconds, headers: answer.headers, body: JSON.parse(String(answer.body)) };
}

test('one agent, how old what is known is, and where it came from', async () => {
  expect(await answerTo('1001')).toMatchObject({
    ...{ status: 200, ageSeconds: 4, headers: { 'x-graph-request-id': 'request-1' } },
    body: { status: 200, agentId: '1001', matchedBy: 'agentId', rule: 'available', ageSeconds: 4 },
  });
});

test('nobody has every field too, and nothing that could be taken for somebody', async () => {
  expect(await answerTo('4799')).toMatchObject({
    ...{ status: 404, ageSeconds: 4 },
    body: { status: 404, error: 'not_mapped', agentId: '', reachable: 0, known: 0, telStatus: 1, stale: 1 },
  });
});

test('several who have the key are named', async () => {
  expect(await answerTo('4711')).toMatchObject({
    status: 300,
    body: { status: 300, error: 'several_agents', count: 2, agentIds: '1001,1002', reachable: 0, known: 0 },
  });
});
