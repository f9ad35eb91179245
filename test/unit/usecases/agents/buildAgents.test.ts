import { expect, test } from 'vitest';
import { type Agent, agentEntry } from '../../../../shared/domain/agents/agent.ts';
import { buildAgents } from '../../../../shared/usecases/agents/buildAgents.ts';
import { agent } from '../../../support/builders.ts';
import { directoryOf, user } from '../../../support/directory.ts';

/** One row of the list, looked up among people with these numbers. */
async function builtAs(
  row: { email?: string; number: string; number2?: string },
  numbers: readonly (readonly string[])[],
) {
  const directory = directoryOf(numbers.map((own, index) => user(index + 1, { numbers: [...own] })));
  const entry = { ...agentEntry(agent(1)), email: '', ...row };
  const asking = { signal: new AbortController().signal, again: false, relist: true };
  const [built] = await buildAgents(
    { directory, source: { kind: 'list' }, defaultCountry: 'DE' },
    [{ entry, line: 2, known: undefined }],
    asking,
  );
  return built;
}

const ANNA = 'person1@contoso.com';

test('a number without its zero is the one that the directory has of the person', async () => {
  const built = await builtAs({ email: ANNA, number: '5114789618' }, [['+49 511 4789618']]);
  expect(built).toMatchObject({ numberE164: '+495114789618', numberKeys: ['+495114789618'] });
});

test('the first number that there is stands in the answer', async () => {
  const built = await builtAs({ email: ANNA, number: '', number2: '0171 1234567' }, [['+49 89 1234567']]);
  expect(built).toMatchObject({ numberE164: '+491711234567' });
});

test('where the directory has no such number it is read in the likeliest way', async () => {
  const built = await builtAs({ email: ANNA, number: '5114789618' }, [['+49 89 1234567']]);
  expect(built).toMatchObject({ numberE164: '+5114789618' });
});

test('a number alone finds whom its second reading finds, where the first finds nobody', async () => {
  const built = await builtAs({ number: '15143885158' }, [['+49 151 43885158']]);
  expect(built).toMatchObject({ account: 'mapped', resolvedBy: 'number', numberE164: '+4915143885158' });
});

test('where both readings find somebody the likeliest decides', async () => {
  const built = await builtAs({ number: '15143885158' }, [['+49 151 43885158'], ['+1 514 388 5158']]);
  expect(built).toMatchObject({ userPrincipalName: 'person2@contoso.com', numberE164: '+15143885158' });
});

test('somebody who has left leaves a number to whoever has it now', async () => {
  const left = user(1, { numbers: ['+49 89 1234567'], accountEnabled: false });
  const successor = user(2, { numbers: ['+49 89 1234567'] });
  const build = async (people: readonly ReturnType<typeof user>[], known: Agent | undefined, relist: boolean) => {
    const entry = { ...agentEntry(agent(1)), email: '', number: '089 1234567' };
    const asking = { signal: new AbortController().signal, again: true, relist };
    const deps = { directory: directoryOf(people), source: { kind: 'list' }, defaultCountry: 'DE' } as const;
    const [built] = await buildAgents(deps, [{ entry: known ?? entry, line: 2, known }], asking);
    return built;
  };
  const first = await build([{ ...left, accountEnabled: true }], undefined, true);
  expect(first).toMatchObject({ userPrincipalName: 'person1@contoso.com', account: 'mapped' });
  // The first sync after it sees that the account is disabled; the one that lists everybody sees who has the number.
  const disabled = await build([left, successor], first, false);
  expect(await build([left, successor], disabled, true)).toMatchObject({ userPrincipalName: 'person2@contoso.com' });
  expect(await build([left], disabled, true)).toMatchObject({ account: 'account-disabled' });
});

test('an address goes to whom it means more, also of a row that was found before', async () => {
  const team = 'team@contoso.com';
  const build = async (people: readonly ReturnType<typeof user>[], known: Agent | undefined) => {
    const entry = { ...agentEntry(agent(1)), email: team };
    const asking = { signal: new AbortController().signal, again: true, relist: false };
    const deps = { directory: directoryOf(people), source: { kind: 'list' }, defaultCountry: 'DE' } as const;
    const [built] = await buildAgents(deps, [{ entry: known ?? entry, line: 2, known }], asking);
    return built;
  };
  const byMail = user(1, { mail: team });
  const first = await build([byMail], undefined);
  expect(first).toMatchObject({ userPrincipalName: 'person1@contoso.com', resolvedBy: 'mail' });
  expect(await build([byMail], first)).toEqual(first);
  const byName = user(2, { userPrincipalName: team });
  expect(await build([byMail, byName], first)).toMatchObject({ userPrincipalName: team, resolvedBy: 'upn' });
  expect(await build([byMail, user(3, { mail: team })], first)).toMatchObject({ ambiguous: true, objectId: '' });
});
