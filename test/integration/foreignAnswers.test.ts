import { afterAll, afterEach, expect, test } from 'vitest';
import { startStorage } from '../../local/startStorage.ts';
import { StoreUnavailableError } from '../../shared/errors/errors.ts';
import { rulesChanger } from '../../shared/usecases/rules/rulesChanger.ts';
import { agent } from '../support/builders.ts';
import { tableStores } from '../support/stores.ts';
import { world } from '../support/world.ts';

const storage = await startStorage();
afterAll(() => storage.close());
afterEach(() => storage.setFault(undefined));

/** Two people who are free in Teams, and rules of one’s own by which nobody is called. */
async function start() {
  const here = world(tableStores(storage.connectionString));
  await here.map([agent(1), agent(2)]);
  await here.poller()();
  const own = { rules: [{ id: 'nobody', when: [{}], telStatus: 1, reachable: 0 }] };
  const change = rulesChanger({ ...here, reader: here.reader(), clock: here.time.clock });
  await change(JSON.stringify(own), { dryRun: false, ifMatch: undefined });
  return here;
}

const PAGE = '<html><body>Sign in</body></html>';

// Of a gateway, a proxy or a wrong address: the service itself says what it does not find.
test.each([
  [404, ''],
  [200, ''],
  [200, PAGE],
  [302, PAGE],
  [403, PAGE],
])('one %i with "%s" that is not the service’s own changes nothing', async (status, body) => {
  const here = await start();
  const before = await here.presence.readHead();
  let failed = 0;
  for (let after = 0; after < 8; after += 1) {
    storage.setFault({ status, body, after, once: true });
    const said = await here.coldRules().catch(error => error);
    storage.setFault(undefined);
    if (said instanceof StoreUnavailableError) failed += 1;
    else expect(said).toEqual({ 1001: 'nobody', 1002: 'nobody' });
    expect(await here.presence.readHead()).toEqual(before);
  }
  // Head, agents, rules and documents are each read at least once.
  expect(failed).toBeGreaterThanOrEqual(4);
});

test.each([
  [404, 'Table Storage answered 404'],
  [200, 'Table Storage cannot be reached'],
])('where everything is answered %i the storage is out, and no other instance was faster', async (status, sentence) => {
  const here = await start();
  storage.setFault({ status, body: PAGE });
  await expect(here.coldRules()).rejects.toThrow(sentence);
  await expect(here.poller()()).rejects.toThrow(sentence);
});
