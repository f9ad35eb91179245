import { expect, test } from 'vitest';
import { agentsCsv, createPeople } from '../../local/tenant/people.ts';
import { agentEntry, isActive } from '../../shared/domain/agents/agent.ts';
import { readAgentFile } from '../../shared/domain/agents/agentFile.ts';
import { NO_AGENTS } from '../../shared/domain/agents/agentList.ts';
import { replaceAll } from '../../shared/domain/agents/listEdit.ts';
import { agentUploader } from '../../shared/usecases/agents/agentUploader.ts';
import { directorySync } from '../../shared/usecases/agents/directorySync.ts';
import { directoryOf } from '../support/directory.ts';
import { world } from '../support/world.ts';

const COUNT = 100_000;
const OPTIONS = { replaceAll: false, dryRun: false, ifMatch: undefined };

test('100,000 rows are read, looked up, switched to, synced and answered', async () => {
  const people = createPeople(COUNT, 1);
  const users = people.map(({ number, ...person }) => ({ ...person, isGuest: false, numbers: [number] }));
  const here = world();
  for (const { id } of people)
    here.teams.shown.set(id, { availability: 'Available', activity: 'Available', outOfOffice: false, sequence: '1' });
  const deps = {
    ...here,
    ...here.time,
    directory: directoryOf(users),
    source: { kind: 'list' as const },
    defaultCountry: 'DE' as const,
  };
  const file = await readAgentFile(new TextEncoder().encode(agentsCsv(people)), 'csv');
  const upload = agentUploader({ ...deps, budget: () => new AbortController().signal });
  expect(await upload(replaceAll(file), OPTIONS)).toMatchObject({ count: COUNT, mapped: COUNT, added: COUNT });
  const generation = (await here.presence.readHead())?.head.agents;
  expect(await upload(replaceAll(file), OPTIONS)).toMatchObject({ generation: generation?.id, removed: 0 });
  await directorySync(deps)(here.log);
  expect((await here.presence.readHead())?.head.agents).toEqual(generation);
  await here.poller()();
  expect(here.teams.calls).toHaveLength(Math.ceil(COUNT / 650));
  const { snapshot } = await here.reader().read();
  expect(snapshot.summary(here.time.clock())).toMatchObject({ count: COUNT, reachableCount: COUNT });

  const most = { ...file, entries: file.entries.slice(0, COUNT * 0.6) };
  expect(await upload(replaceAll(most), OPTIONS)).toMatchObject({ count: COUNT * 0.6, removed: COUNT * 0.4 });
  const { agents } = await here.agents.read((await here.presence.readHead())?.head.agents ?? NO_AGENTS);
  expect(agents.filter(isActive).map(agentEntry)).toHaveLength(COUNT * 0.6);
}, 60_000);

test('a file with too many agents is refused', async () => {
  const text = new TextEncoder().encode(`agentId\n${'1\n'.repeat(200_001)}`);
  await expect(readAgentFile(text, 'csv')).rejects.toThrow('there are more than 200000 agents');
});
