import { describe, expect, test, vi } from 'vitest';
import { INTERVAL_MS, openBoard } from './openBoard.ts';

describe('the board on a bad network', { timeout: 60_000 }, async () => {
  const { host, visit, enter, card } = await openBoard();

  test('is not emptied by an answer of somebody in between', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    await page.route('**/v1/presence*', route => route.fulfill({ json: { status: 200 } }), { times: 1 });
    await page.locator('.banner').waitFor();
    await page.locator('.banner').waitFor({ state: 'detached' });
    expect(await page.locator('.card').count()).toBe(4);
    await close();
  });

  test('calls a connector that is slow but answers silent once, not each time', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    await page.route('**/v1/presence*', async route => {
      await new Promise(resolve => setTimeout(resolve, 2_600));
      await route.continue();
    });
    await page.locator('.banner', { hasText: 'does not answer' }).waitFor();
    await page.locator('.banner').waitFor({ state: 'detached' });
    await page.waitForRequest('**/v1/presence*');
    await page.waitForResponse('**/v1/presence*');
    expect(await page.locator('.banner').count()).toBe(0);
    await close();
  });

  test('asks again when a connection has gone silent', async () => {
    const { page, close } = await visit();
    await page.addInitScript(() => {
      const original = AbortSignal.timeout;
      AbortSignal.timeout = ms => original.call(AbortSignal, ms / 20);
    });
    await page.reload();
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    await page.route('**/v1/presence*', () => undefined, { times: 1 });
    const asks = () => page.evaluate(() => window.asked.length);
    const before = await asks();
    await vi.waitFor(async () => expect(await asks()).toBeGreaterThan(before + 1), 10_000);
    await page.locator('.banner').waitFor({ state: 'detached' });
    await close();
  });

  test('is marked as old after two intervals without an answer', async () => {
    const { page, close } = await visit({ clock: true });
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    await page.clock.pauseAt(Date.now() + 10 * INTERVAL_MS);
    // The next question is planned when the one on its way is answered.
    await vi.waitFor(async () => expect(await page.evaluate(() => window.waiting)).toBe(0), 10_000);
    await page.route('**/v1/presence*', () => undefined);
    const asks = () => page.evaluate(() => window.asked.length);
    const before = await asks();
    for (let passed = 0; (await asks()) === before; passed += INTERVAL_MS / 20) {
      expect(passed).toBeLessThan(2 * INTERVAL_MS);
      await page.clock.runFor(INTERVAL_MS / 20);
    }
    expect(await page.locator('.grid.old').count()).toBe(0);
    await page.clock.runFor(INTERVAL_MS);
    await page.locator('.banner', { hasText: 'does not answer' }).waitFor();
    expect(await page.locator('.grid.old').count()).toBe(1);
    await close();
  });

  test('asks for the health of the connector once where the key may not, also while that is not known yet', async () => {
    const { page, close } = await visit();
    const questions: string[] = [];
    const isKnown = Promise.withResolvers<void>();
    await page.route('**/v1/health', async route => {
      questions.push(route.request().url());
      await isKnown.promise;
      await route.continue();
    });
    await enter(page, host.keys.acd);
    for (let turn = 0; turn < 2; turn += 1) {
      await card(page, 'Anna Beck').click();
      await page.locator('dialog', { hasText: 'needs a management key' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      isKnown.resolve();
    }
    expect(questions).toHaveLength(1);
    await close();
  });
});
