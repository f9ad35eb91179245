import { describe, expect, test, vi } from 'vitest';
import { ARABIC, HIDDEN_INTERVAL_MS, HOSTILE, INTERVAL_MS, openBoard } from './openBoard.ts';

describe('the board', { timeout: 60_000 }, async () => {
  const { host, state, poll, manage, logged, idOf, visit, enter, card, findings } = await openBoard();

  test('asks for a key, says which one when it is wrong, and keeps it out of sight', async () => {
    const { page, complaints, asked, close } = await visit();
    await enter(page, 'not-a-key');
    await page.getByRole('alert').getByText('does not take this key').waitFor();
    // A browser cannot even send this one.
    await enter(page, '“key”…');
    await page.getByRole('alert').getByText('does not take this key').waitFor();
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    expect(await page.locator('.card').count()).toBe(4);
    expect(await card(page, 'Anna Beck').innerText()).toContain('In a call');
    expect(await page.locator('.counts').innerText()).toContain(HOSTILE);
    const places = await page.evaluate(() => [location.href, document.cookie, JSON.stringify({ ...localStorage })]);
    expect([...places, ...asked.map(({ url }) => url), logged()].join('\n')).not.toContain(host.keys.acd);
    expect(new Set(asked.map(({ url }) => new URL(url).origin))).toEqual(new Set([host.url]));
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Key').waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  test('shows names as text, whatever stands in them and whichever way they run', async () => {
    const { page, complaints, close } = await visit();
    await enter(page, host.keys.acd);
    await card(page, ARABIC).waitFor();
    expect(await card(page, HOSTILE).count()).toBe(1);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toBe('Teams presence');
    expect(await page.locator('.card bdi', { hasText: ARABIC }).count()).toBe(1);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each([
    ['en-US', 'light', 1280],
    ['de-DE', 'dark', 1280],
    ['en-US', 'dark', 360],
    ['de-DE', 'light', 360],
  ] as const)('is accessible in %s, %s, %i px wide', async (locale, colorScheme, width) => {
    const { page, close } = await visit({ locale, colorScheme, viewport: { width, height: 800 } });
    expect(await findings(page)).toEqual([]);
    await enter(page, host.keys.management);
    await card(page, 'Anna Beck').waitFor();
    await page.locator('.health').waitFor();
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    // On a narrow window a long name of a group cuts nothing off.
    await page.setViewportSize({ width: 500, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(500);
    await page.setViewportSize({ width, height: 800 });
    await card(page, 'Anna Beck').focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog', { hasText: 'in-a-call' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    const other = page.locator('.language');
    const language = await other.innerText();
    await other.click();
    await other.getByText(language).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale.startsWith('de') ? 'en' : 'de');
    await close();
  });

  test('asks once an interval, gets 304 while nothing moves, and rests while nobody looks', async () => {
    const { page, asked, close } = await visit({ clock: true });
    const isList = (url: string) => url.includes('/v1/presence');
    /** The gap before the latest request of the list, by the page's clock: what a slow machine adds never shortens it. */
    const gap = () =>
      page.evaluate(() => {
        const [last = 0, before = 0] = window.asked.toReversed();
        return last - before;
      });
    /** The status of the next answer, which is asked for within so long by the page's clock. */
    const next = async (ms: number) => {
      const answered = page.waitForResponse(response => isList(response.url()));
      const step = ms / 20;
      const before = await page.evaluate(() => window.asked.length);
      // The page's clock stands while the server has not answered; a few steps pass while the page reads the answer.
      await vi.waitFor(async () => expect(await page.evaluate(() => window.waiting)).toBe(0), 10_000);
      for (let passed = 0; (await page.evaluate(() => window.asked.length)) === before; passed += step) {
        expect(passed).toBeLessThan(2 * ms);
        await page.clock.runFor(step);
      }
      return (await answered).status();
    };
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    await page.clock.pauseAt(Date.now() + 10 * INTERVAL_MS);
    await next(INTERVAL_MS);
    let quiet = 0;
    while (quiet < 3) {
      quiet = (await next(INTERVAL_MS)) === 304 ? quiet + 1 : 0;
      expect(await gap()).toBeGreaterThanOrEqual(INTERVAL_MS);
    }
    await vi.waitFor(() => expect(asked.findLast(({ url }) => isList(url))?.ifNoneMatch).toBeDefined());
    const hide = (hidden: boolean) =>
      page.evaluate(value => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await hide(true);
    // The next question may have been planned before.
    await next(HIDDEN_INTERVAL_MS);
    await next(HIDDEN_INTERVAL_MS);
    expect(await gap()).toBeGreaterThanOrEqual(HIDDEN_INTERVAL_MS);
    await hide(false);
    await page.clock.resume();
    state.move(idOf('1004'), { availability: 'DoNotDisturb', activity: 'Presenting' });
    await poll();
    await card(page, 'Peter Groß').getByText('Do not disturb').waitFor();
    await close();
  });

  test('filters by text, group and state, and says when nobody fits', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    await page.getByLabel('Name, number or id').fill('beck');
    expect(await page.locator('.card').count()).toBe(1);
    for (const words of ['peter gross', 'GROSS', 'Groß', '1004']) {
      await page.getByLabel('Name, number or id').fill(words);
      expect(await page.locator('.card').count(), words).toBe(1);
      expect(await card(page, 'Peter Groß').count(), words).toBe(1);
    }
    await page.getByLabel('Name, number or id').fill('nobody of that name');
    await page.getByText('Nobody fits the filters.').waitFor();
    await page.getByRole('button', { name: 'Show everybody' }).click();
    expect(await page.locator('.card').count()).toBe(4);
    await page.getByRole('combobox').last().selectOption('Trouble');
    await page.getByText('No trouble with anybody.').waitFor();
    await page.getByRole('combobox').last().selectOption('Everybody');
    await page.getByRole('combobox').first().selectOption('sales');
    expect(await page.locator('.card').count()).toBe(1);
    // Counts and the next call are those of the group.
    expect(await page.locator('.counts').innerText()).toMatch(/Available\s+1\s+Reachable\s+1\s+Next.call:\s+.*حداد/);
    await page.getByRole('combobox').first().selectOption('All groups');
    await page.getByRole('combobox').last().selectOption('Reachable');
    expect(await card(page, 'Anna Beck').count()).toBe(0);
    await close();
  });

  test('opens also where the browser keeps nothing for it', async () => {
    const { page, complaints, close } = await visit();
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException('Access is denied for this document.', 'SecurityError');
          },
        });
      }
    });
    await page.reload();
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('measures by the clock of the connector, not by that of the machine', async () => {
    const { page, close } = await visit({ clock: true });
    await page.clock.setSystemTime(Date.now() + 13 * 3_600_000);
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    expect(await card(page, 'Anna Beck').innerText()).not.toMatch(/ h /);
    await page.getByRole('combobox').last().selectOption('Suspiciously long available');
    await page.getByText('Nobody fits the filters.').waitFor();
    await close();
  });

  test('shows 5,000 people', async () => {
    const { page, close } = await visit();
    const { records, ...rest } = (await manage('/api/v1/presence')).json as { records: Record<string, unknown>[] };
    const many = Array.from({ length: 5_000 }, (_, index) => ({
      ...records[index % records.length],
      agentId: `${10_000 + index}`,
      displayName: `Person ${index}`,
    }));
    const body = JSON.stringify({ ...rest, count: many.length, records: many });
    await page.route('**/v1/presence*', route => route.fulfill({ status: 200, contentType: 'application/json', body }));
    await enter(page, host.keys.acd);
    await card(page, 'Person 4999').waitFor({ state: 'attached' });
    expect(await page.locator('.card').count()).toBe(5_000);
    await close();
  });
});
