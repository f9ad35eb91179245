import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { browserPath, startBrowser } from '../../local/browser.ts';
import { stack } from '../support/stack.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
export const HOSTILE = '<img src=x onerror="document.title=\'broken\'">';
export const ARABIC = 'ليلى حداد';
export const INTERVAL_MS = 2_000;
export const HIDDEN_INTERVAL_MS = 30_000;

declare global {
  interface Window {
    /** When the page asked for the list, by its own clock. */
    asked: number[];
    /** How many of these questions are not answered yet. */
    waiting: number;
  }
}

export const LIST = `agentId;email;displayName;group
1001;anna@contoso.com;Anna Beck;support
1002;jorg@contoso.com;${JSON.stringify(HOSTILE).replaceAll('\\"', '""')};support
1003;maria@contoso.com;${ARABIC};sales
1004;peter@contoso.com;Peter Groß;
`;

interface Visit extends BrowserContextOptions {
  /** The page's clock can be moved on. */
  readonly clock?: boolean;
}

/** A running product with four agents, and a browser to look at its board. */
export async function openBoard() {
  const path = browserPath();
  if (path === undefined)
    throw new Error('No browser was found. Install Chromium, or name one in the variable BROWSER_PATH.');
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
    page.on('response', response => {
      const headers = response.request().headers();
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
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(AXE, 'utf8'));
    return page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    });
  }

  return { host, state, upload, poll, manage, logged, idOf, visit, enter, chooseList, card, findings };
}
