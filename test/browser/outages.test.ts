import { describe, expect, test } from 'vitest';
import { openBoard } from './openBoard.ts';

describe('the board in an outage', { timeout: 60_000 }, async () => {
  const { host, state, poll, manage, idOf, visit, enter, card, findings } = await openBoard();

  test('cannot be taken for new when the network or Teams is gone', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.management);
    await card(page, 'Anna Beck').waitFor();
    await page.context().setOffline(true);
    await page.locator('.banner', { hasText: 'does not answer' }).waitFor();
    expect(await page.locator('.grid.old').count()).toBe(1);
    // What grows every second is not read out by a screen reader every second.
    expect(await page.getByRole('alert').innerText()).toMatch(/^The connector does not answer\..*\.$/);
    // Its place is kept, and so is the way to everything that is opened from there.
    await page.locator('.health', { hasText: 'Connector: no answer' }).waitFor();
    expect(await page.getByRole('button', { name: 'Doctor' }).count()).toBe(1);
    await card(page, 'Anna Beck').click();
    await page.locator('dialog', { hasText: 'The connector does not answer.' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.context().setOffline(false);
    await page.locator('.banner').waitFor({ state: 'detached' });
    state.faults = [{ service: 'graph', status: 503 }];
    await page.locator('.banner', { hasText: 'The data is old' }).waitFor();
    await page.locator('.banner', { hasText: '503' }).waitFor();
    expect(await findings(page)).toEqual([]);
    state.faults = [];
    await poll();
    await page.locator('.banner').waitFor({ state: 'detached' });
    await close();
  });

  test('goes through a day with outages: what still works is shown, what does not is marked', async () => {
    const { page, close } = await visit();
    const shows = (activity: string, words: string) => {
      state.moveTo(idOf('1001'), activity);
      return card(page, 'Anna Beck').getByText(words, { exact: false }).first().waitFor();
    };
    await enter(page, host.keys.management);
    await card(page, 'Anna Beck').waitFor();
    // A token and the secrets serve on for a while.
    for (const service of ['entra', 'vault'] as const) state.setOutage(service, true);
    await shows('Away', 'Away');
    await shows('InACall', 'In a call');
    expect(await page.locator('.grid.old').count()).toBe(0);
    for (const service of ['entra', 'vault'] as const) state.setOutage(service, false);
    state.setOutage('tables', true);
    state.moveTo(idOf('1001'), 'Available');
    await page.locator('.banner', { hasText: 'The data is old' }).waitFor();
    expect(await page.locator('.grid.old').count()).toBe(1);
    // The last that was said of her stands, and nobody takes it for new.
    expect(await card(page, 'Anna Beck').innerText()).toContain('In a call');
    state.setOutage('tables', false);
    await page.locator('.banner').waitFor({ state: 'detached' });
    await shows('Available', 'Available');
    await close();
  });

  test.each([
    [403, 'does not accept questions from this address'],
    [502, 'is starting or was stopped (HTTP 502)'],
  ])('says what an answer %i of the platform means', async (status, words) => {
    const { page, close } = await visit();
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    await page.route('**/v1/presence*', route => route.fulfill({ status, body: '<html></html>' }));
    await page.locator('.banner', { hasText: words }).waitFor();
    await close();
  });

  test('leads back to the key when it was exchanged', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    await page.route('**/v1/presence*', route => route.fulfill({ status: 401 }));
    await page.getByText('does not take this key').waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await close();
  });

  test('explains a person as he is now, also while the explanation is open, and says when it is old', async () => {
    state.move(idOf('1001'), { availability: 'Busy', activity: 'InACall' });
    await poll();
    const { page, close } = await visit();
    await enter(page, host.keys.management);
    await card(page, 'Anna Beck').click();
    await page.locator('dialog', { hasText: 'In a call (in-a-call)' }).waitFor();
    await page.locator('dialog', { hasText: /Teams was read at \d/ }).waitFor();
    state.move(idOf('1001'), { availability: 'Available', activity: 'Available' });
    await poll();
    await page.locator('dialog', { hasText: '(available)' }).waitFor();
    await page.context().setOffline(true);
    await page.locator('dialog .banner', { hasText: 'does not answer' }).waitFor();
    await page.context().setOffline(false);
    await page.locator('dialog .banner').waitFor({ state: 'detached' });
    state.move(idOf('1001'), { availability: 'Busy', activity: 'InACall' });
    await poll();
    await close();
  });

  test('shows an administrator whose connector is down why, and the way on', async () => {
    const { page, close } = await visit({ viewport: { width: 360, height: 640 }, locale: 'de-DE' });
    const body = { state: 'down', reason: 'Teams has not been read.', fault1: 'Entra refused the application.' };
    const rest = {
      fault2: '',
      fault3: '',
      lastPollAgeSeconds: 999_999,
      lastPullAt: '',
      pullAgeP99: -1,
      agentsFailed: 0,
    };
    await page.route('**/v1/health', route => route.fulfill({ status: 503, json: { ...body, ...rest } }));
    const never = { revision: 'x-0', checkedAt: '', ageSeconds: 999_999, stale: 1, records: [] };
    const { records } = (await manage('/api/v1/presence')).json as { records: Record<string, unknown>[] };
    const unread = records.map(record => ({ ...record, known: 0, stale: 1, reachable: 0, rule: 'never-seen' }));
    await page.route('**/v1/presence*', route => route.fulfill({ json: { ...never, records: unread } }));
    await enter(page, host.keys.management);
    await page.locator('.health.down', { hasText: 'Entra refused the application.' }).waitFor();
    expect(await page.getByRole('button', { name: 'Agentendatei' }).count()).toBe(1);
    const banner = page.locator('.banner', { hasText: 'Die Angaben sind alt. Entra refused the application.' });
    await banner.waitFor();
    expect(await banner.innerText()).not.toContain('999999');
    // Old data cannot be overlooked: the banner begins with the page.
    expect((await banner.boundingBox())?.y).toBeLessThan(150);
    await close();
  });
});
