import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { browserPath, startBrowser } from '../../local/browser.ts';
import { stack } from '../support/stack.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const HOSTILE = '<img src=x onerror="document.title=\'broken\'">';
const ARABIC = 'ليلى حداد';
const INTERVAL_MS = 2_000;
const HIDDEN_INTERVAL_MS = 30_000;

declare global {
  interface Window {
    /** When the page asked for the list, by its own clock. */
    asked: number[];
    /** How many of these questions are not answered yet. */
    waiting: number;
  }
}

const LIST = `agentId;email;displayName;group
1001;anna@contoso.com;Anna Beck;support
1002;jorg@contoso.com;${JSON.stringify(HOSTILE).replaceAll('\\"', '""')};support
1003;maria@contoso.com;${ARABIC};sales
1004;peter@contoso.com;Peter Groß;
`;

const path = browserPath();

interface Visit extends BrowserContextOptions {
  /** The page's clock can be moved on. */
  readonly clock?: boolean;
}

describe.skipIf(path === undefined)('the board', { timeout: 60_000 }, async () => {
  if (path === undefined) return;
  const settings = { POLL_SCHEDULE: '* * * * * *', STALE_AFTER_SECONDS: '5', UNKNOWN_AFTER_SECONDS: '600' };
  const { host, tenant, upload, poll, manage, logged } = await stack({ settings });
  const { state } = tenant;
  const idOf = (agentId: string) => state.people.find(person => person.agentId === agentId)?.id ?? '';
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser(path);
    await upload(LIST);
    state.move(idOf('1001'), { availability: 'Busy', activity: 'InACall' });
    for (const agentId of ['1002', '1003', '1004'])
      state.move(idOf(agentId), { availability: 'Available', activity: 'Available' });
    await poll();
  });
  afterAll(() => browser?.close());

  /** Opens the page; what it complains of is collected. */
  async function visit(options: Visit = {}) {
    const { clock = false, ...contextOptions } = options;
    const context = await browser.newContext({ locale: 'en-US', ...contextOptions });
    const page = await context.newPage();
    const complaints: string[] = [];
    const asked: { url: string; status: number; ifNoneMatch: string | undefined }[] = [];
    page.on('pageerror', error => complaints.push(error.message));
    page.on('console', message => {
      if (/Content Security|Refused to/i.test(message.text())) complaints.push(message.text());
    });
    page.on('response', async response => {
      const headers = await response.request().allHeaders();
      asked.push({ url: response.url(), status: response.status(), ifNoneMatch: headers['if-none-match'] });
    });
    if (clock) await page.clock.install();
    await page.addInitScript(() => {
      window.asked = [];
      window.waiting = 0;
      const original = window.fetch;
      window.fetch = async (...parameters) => {
        if (!String(parameters[0]).includes('v1/presence')) return original(...parameters);
        window.asked.push(Date.now());
        window.waiting += 1;
        try {
          const answer = await original(...parameters);
          await answer.clone().text();
          return answer;
        } finally {
          window.waiting -= 1;
        }
      };
    });
    await page.goto(`${host.url}/api/board`);
    return { page, complaints, asked, close: () => context.close() };
  }

  async function enter(page: Page, key: string): Promise<void> {
    await page.fill('input[type=password]', key);
    await page.click('form button');
  }

  const chooseList = (page: Page, content: string) =>
    page.setInputFiles('input[type=file]', {
      name: 'agents.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(content),
    });

  const card = (page: Page, text: string) => page.locator('.card', { hasText: text });

  /** What the accessibility checker finds. It is put in past the policy of the page, as a browser's extension would be. */
  async function findings(page: Page): Promise<string[]> {
    const source = await import('node:fs/promises').then(fs => fs.readFile(AXE, 'utf8'));
    await page.evaluate(source);
    return page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    });
  }

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

  test('asks for the health of the connector once where the key may not', async () => {
    const { page, asked, close } = await visit();
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').click();
    await page.locator('dialog', { hasText: 'needs a management key' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(asked.filter(({ url }) => url.includes('v1/health'))).toHaveLength(1);
    await close();
  });

  test('leaves the page where it is when a file is dropped beside the box', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.management);
    await page.getByRole('button', { name: 'Agents file' }).click();
    await page.locator('.drop').waitFor();
    const isPrevented = await page.evaluate(() => {
      const event = new DragEvent('drop', { bubbles: true, cancelable: true });
      document.querySelector('dialog h2')?.dispatchEvent(event);
      return event.defaultPrevented;
    });
    expect(isPrevented).toBe(true);
    await close();
  });

  test('is marked as old after two intervals without an answer', async () => {
    const { page, close } = await visit({ clock: true });
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').waitFor();
    await page.clock.pauseAt(Date.now() + 10 * INTERVAL_MS);
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
    for (let slow = 0; slow < 2; slow += 1) {
      await page.waitForRequest('**/v1/presence*');
      await page.waitForResponse('**/v1/presence*');
      expect(await page.locator('.banner').count()).toBe(0);
    }
    await close();
  });

  test('shows why nobody is mapped, and in the report what the sync complains of', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.management);
    const fault = 'Microsoft Graph does not let the groups be read.';
    await page.route('**/v1/match-report', route =>
      route.fulfill({ json: { count: 0, syncFault: fault, warning: '', attention: [] } }),
    );
    await page.getByRole('button', { name: 'Match report' }).click();
    await page.locator('dialog .warning', { hasText: fault }).waitFor();
    expect(await page.getByText('Everybody on the list is found.').count()).toBe(0);
    await close();
  });

  test('with the ACD’s key a click says which key explains', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.acd);
    await card(page, 'Anna Beck').click();
    await page.locator('dialog', { hasText: 'needs a management key' }).waitFor();
    expect(await page.locator('.health').count()).toBe(0);
    await close();
  });

  test('tries a list first, uploads it, and gives the list from before back', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.management);
    await page.getByRole('button', { name: 'Agents file' }).click();
    const choose = (content: string) => chooseList(page, content);
    await choose('agentId;email\n1001;not an address\n');
    await page.locator('dialog .warning', { hasText: 'line 2' }).waitFor();
    expect(await page.locator('dialog .warning li').count()).toBe(1);
    // Mended, it may be chosen again.
    expect(await page.locator('input[type=file]').inputValue()).toBe('');
    await choose(`${LIST.replace('group', 'group;Remark').replaceAll(/;(support|sales|)$/gm, ';$1;x')}`);
    await page.locator('dialog .warning', { hasText: 'Columns that were not understood: Remark.' }).waitFor();
    const shorter = LIST.replace(/1004.*\n/, '');
    await choose('');
    await page.locator('dialog .warning', { hasText: 'The file is empty.' }).waitFor();
    await choose('agentId;email\n');
    await page.locator('dialog .warning', { hasText: 'a header and no agent' }).waitFor();
    await choose(`${LIST}1005;nobody@contoso.com;New;sales\n`);
    await page.locator('dialog', { hasText: 'New (1)' }).waitFor();
    await choose(shorter);
    await page.locator('dialog', { hasText: '1 removed' }).waitFor();
    await page.locator('dialog', { hasText: 'No agents any more (1)' }).waitFor();
    await page.locator('dialog li', { hasText: '1004 Peter Groß' }).waitFor();
    expect(JSON.parse((await manage('/api/v1/agents')).text)).toHaveLength(4);
    await page.getByRole('heading', { name: 'agents.csv' }).waitFor();
    // A file that is refused takes the offer to upload the one before with it.
    await choose('agentId;email\n1001;not an address\n');
    await page.locator('dialog .warning', { hasText: 'line 2' }).waitFor();
    expect(await page.getByRole('button', { name: 'Upload now' }).count()).toBe(0);
    await choose(shorter);
    await page.getByRole('button', { name: 'Upload now' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    expect(JSON.parse((await manage('/api/v1/agents')).text)).toHaveLength(3);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('dialog', { hasText: 'The list from before is back: 4 agents.' }).waitFor();
    expect(JSON.parse((await manage('/api/v1/agents')).text)).toHaveLength(4);
    await choose('agentId;email\n1001;anna@contoso.com\n');
    await page.locator('dialog', { hasText: 'More than half' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Upload all the same' }).click();
    await page.locator('dialog .warning', { hasText: 'does not answer' }).waitFor();
    await page.context().setOffline(false);
    expect(await findings(page)).toEqual([]);
    await close();
  });

  test('keeps two administrators apart, and says so', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.management);
    await page.getByRole('button', { name: 'Agents file' }).click();
    const choose = (content: string) => chooseList(page, content);
    await choose(`${LIST}1005;tom@contoso.com;Tom;sales\n`);
    await page.locator('dialog', { hasText: 'New (1)' }).waitFor();
    await upload(`${LIST}1006;ida@contoso.com;Ida;sales\n`);
    await page.getByRole('button', { name: 'Upload now' }).click();
    await page.locator('dialog .warning', { hasText: 'Somebody else has changed the list meanwhile.' }).waitFor();
    await page.locator('dialog', { hasText: 'No agents any more (1)' }).waitFor();
    await page.getByRole('button', { name: 'Upload now' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await upload(`${LIST}1007;sven@contoso.com;Sven;sales\n`);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('dialog .warning', { hasText: 'so it was left as it is' }).waitFor();
    expect(JSON.parse((await manage('/api/v1/agents')).text)).toMatchObject({ 4: { agentId: '1007' } });
    await upload(LIST);
    await page.keyboard.press('Escape');
    const rules = (preset: string) =>
      manage('/api/v1/rules', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ preset }),
      });
    await page.getByRole('button', { name: 'Rules' }).click();
    await page.getByRole('button', { name: 'Try acd-decides' }).click();
    await page.getByRole('button', { name: 'Switch to acd-decides' }).waitFor();
    await rules('calls-only');
    await page.getByRole('button', { name: 'Switch to acd-decides' }).click();
    await page.locator('dialog', { hasText: 'Somebody else has changed the rules meanwhile' }).waitFor();
    await page.locator('dialog', { hasText: 'In force: calls-only' }).waitFor();
    await rules('strict');
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

  test('tries other rules first, and switches when that is meant', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.management);
    await page.getByRole('button', { name: 'Rules' }).click();
    await page.locator('dialog', { hasText: 'In force: strict' }).waitFor();
    state.move(idOf('1003'), { availability: 'Away', activity: 'Away' });
    await poll();
    await page.getByRole('button', { name: 'Try acd-decides' }).click();
    await page.locator('dialog', { hasText: '1 people would become reachable, 0 no longer.' }).waitFor();
    expect((await manage('/api/v1/rules')).json['preset']).toBe('strict');
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Switch to acd-decides' }).click();
    await page.locator('dialog', { hasText: 'In force: acd-decides' }).waitFor();
    expect((await manage('/api/v1/rules')).json['preset']).toBe('acd-decides');
    // What was tried against other rules is not offered any more.
    await page.getByRole('button', { name: 'Try calls-only' }).click();
    await page.getByRole('button', { name: 'Switch to calls-only' }).waitFor();
    await page.getByRole('button', { name: 'The rules from before' }).click();
    await page.locator('dialog', { hasText: 'In force: strict' }).waitFor();
    expect(await page.getByRole('button', { name: 'Switch to calls-only' }).count()).toBe(0);
    await close();
  });

  test('shows the doctor and the match report', async () => {
    const { page, close } = await visit();
    await enter(page, host.keys.management);
    await page.getByRole('button', { name: 'Doctor' }).click();
    await page.locator('dialog .step.ok').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Match report' }).click();
    await page.locator('dialog', { hasText: 'Everybody on the list is found.' }).waitFor();
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
