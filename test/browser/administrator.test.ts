import { describe, expect, test } from 'vitest';
import { LIST, openBoard } from './openBoard.ts';

describe('the board of an administrator', { timeout: 60_000 }, async () => {
  const { host, state, upload, poll, manage, idOf, visit, enter, card, findings, chooseList } = await openBoard();

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
});
