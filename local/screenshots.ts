/** `npm run screenshots`: the pictures of the pages, taken from the running product. */
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { browserPath, startBrowser } from './browser.ts';
import { mapEverybody, PROJECT, startStack } from './stack.ts';

const DOCS = path.join(PROJECT, 'docs');
const SCREEN = { width: 1280, height: 720 };

interface Picture {
  readonly file: string;
  readonly locale: string;
  readonly colorScheme: 'light' | 'dark';
  /** A person whose explanation is open. */
  readonly opened?: string;
}

const PICTURES: readonly Picture[] = [
  { file: 'board.png', locale: 'en-US', colorScheme: 'light' },
  { file: 'board-explained.png', locale: 'en-US', colorScheme: 'dark', opened: 'Anna Beck' },
  { file: 'de/board.png', locale: 'de-DE', colorScheme: 'light' },
];

/** Different states side by side, so that the picture shows what the board can tell. */
const SHOWN: Readonly<Record<string, [availability: string, activity: string]>> = {
  1001: ['Busy', 'InACall'],
  1002: ['Available', 'Available'],
  1003: ['Busy', 'InAMeeting'],
  1004: ['DoNotDisturb', 'Presenting'],
  1005: ['Available', 'Available'],
  1006: ['Away', 'Away'],
  1007: ['Busy', 'Busy'],
  1008: ['Offline', 'Offline'],
  1009: ['Available', 'Available'],
  1010: ['BeRightBack', 'BeRightBack'],
};

const executable = browserPath();
if (executable === undefined) {
  console.error('No browser was found. Install Chromium, or name one: BROWSER_PATH=… npm run screenshots');
  process.exit(1);
}

console.log('Starting the product …');
const stack = await startStack({
  people: 12,
  seed: 1,
  speed: 0,
  port: 0,
  address: '127.0.0.1',
  output: () => undefined,
  settings: { POLL_SCHEDULE: '* * * * * *' },
});
const { host, tenant } = stack;
await mapEverybody(stack);
for (const { id, agentId } of tenant.state.people) {
  const [availability, activity] = SHOWN[agentId] ?? ['Available', 'Available'];
  tenant.state.move(id, { availability, activity });
}
const ask = async (headers: Record<string, string> = {}) => {
  const answer = await fetch(`${host.url}/api/v1/presence`, {
    headers: { 'x-functions-key': host.keys.acd, ...headers },
  });
  return (await answer.json()) as { ageSeconds: number };
};
// What a board asks is not counted: the question that the health strip tells of is one of fresh data.
while ((await ask({ 'x-presence-client': 'board' })).ageSeconds > 1) await setTimeout(100);
await ask();

const browser = await startBrowser(executable);
for (const { file, locale, colorScheme, opened } of PICTURES) {
  const page = await browser.newPage({ locale, colorScheme, viewport: SCREEN });
  await page.goto(`${host.url}/api/board`);
  await page.fill('input[type=password]', host.keys.management);
  await page.click('form button');
  await page.locator('.card.call').first().waitFor();
  await page.locator('.health').waitFor();
  if (opened !== undefined) {
    await page.locator('.card', { hasText: opened }).click();
    await page.locator('dialog p').first().waitFor();
  }
  await page.screenshot({ path: path.join(DOCS, file) });
  await page.close();
  console.log(`  docs/${file}`);
}
await browser.close();
await stack.close();
