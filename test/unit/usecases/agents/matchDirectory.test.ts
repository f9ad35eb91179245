import { expect, test } from 'vitest';
import type { Agent, AgentEntry } from '../../../../shared/domain/agents/agent.ts';
import { EMPTY_ENTRY } from '../../../../shared/domain/agents/agent.ts';
import type { DirectoryUser } from '../../../../shared/ports/directory.ts';
import { matchDirectory, outsideNumbers } from '../../../../shared/usecases/agents/matchDirectory.ts';
import { peopleAmong } from '../../../../shared/usecases/agents/peopleAmong.ts';
import { agent, guid } from '../../../support/builders.ts';
import { user } from '../../../support/directory.ts';

const PEOPLE = [
  user(1, { numbers: ['+49 89 1234567'], aliases: ['anna@old.contoso.com'] }),
  user(2, { mail: 'team@contoso.com' }),
  user(3, { userPrincipalName: 'guest#ext#@contoso.com', mail: 'person2@contoso.com', isGuest: true }),
];

async function resolved(
  row: Partial<AgentEntry>,
  {
    people = PEOPLE as readonly DirectoryUser[],
    known = undefined as Agent | undefined,
    signal = new AbortController().signal,
  } = {},
) {
  const rows = [{ entry: { ...EMPTY_ENTRY, agentId: '1', ...row }, known }];
  const [found] = await matchDirectory(rows, peopleAmong(people), { country: 'DE', signal, relist: true });
  return found;
}
const foundAs = async (...asked: Parameters<typeof resolved>) => {
  const found = await resolved(...asked);
  return [found?.user?.displayName, found?.resolvedBy];
};

test.each([
  [{ userId: guid(1).toUpperCase() }, 'Person 1', 'userId'],
  [{ email: 'PERSON1@contoso.com' }, 'Person 1', 'upn'],
  [{ email: 'team@contoso.com' }, 'Person 2', 'mail'],
  [{ email: 'anna@old.contoso.com' }, 'Person 1', 'alias'],
  [{ number: '089 1234567' }, 'Person 1', 'number'],
  [{ email: 'person2@contoso.com' }, 'Person 2', 'upn'],
  [{ email: 'nobody@contoso.com' }, undefined, ''],
  [{ number: '4711' }, undefined, ''],
] as const)('%j finds %s by %s', async (row, name, by) => {
  expect(await foundAs(row)).toEqual([name, by]);
});

test('a number finds nobody behind an address of nobody: whose it is, is said', async () => {
  expect(await resolved({ email: 'slip@contoso.com', number: '089 1234567' })).toMatchObject({
    user: undefined,
    foundByNumber: 'person1@contoso.com',
  });
});

test('the object id decides; whose the e-mail is, is said', async () => {
  expect(await resolved({ userId: guid(1), email: 'person2@contoso.com' })).toMatchObject({
    user: { id: guid(1) },
    emailOwner: 'person2@contoso.com',
  });
});

test('who was renamed stays who they are, as long as nobody else has the address', async () => {
  const known = agent(1);
  const renamed = user(1, { userPrincipalName: 'new@contoso.com', mail: 'new@contoso.com' });
  const row = { email: 'person1@contoso.com' };
  expect(await foundAs(row, { people: [renamed], known })).toEqual(['Person 1', 'previous']);
  const successor = user(9, { userPrincipalName: 'person1@contoso.com' });
  expect(await foundAs(row, { people: [renamed, successor], known })).toEqual(['Person 9', 'upn']);
});

test('rows that the time did not reach are pending', async () => {
  expect(await resolved({ email: 'person1@contoso.com' }, { signal: AbortSignal.abort() })).toMatchObject({
    pending: true,
    user: undefined,
  });
});

test('an extension is nobody’s number outside the house', () => {
  expect(outsideNumbers(['+49 89 1234567', '4711', ''], 'DE')).toEqual(['+49891234567']);
});
