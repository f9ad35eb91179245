import { readAgentItems } from '../../../shared/domain/agents/agentFile.ts';
import { addOrUpdate, removeOne, replaceAll } from '../../../shared/domain/agents/listEdit.ts';
import type { AgentUploader } from '../../../shared/usecases/agents/agentUploader.ts';
import { guid } from '../../support/builders.ts';
import { type GraphAnswer, HEAD_REUSE_MS, type World } from './world.ts';

/** What must be so, by the answers that were given: who is mapped, and how old a reading may be at most. */
export function createLedger({ random, time, people, wild }: World) {
  /** Whether somebody is mapped, as the last change that was answered has it; unknown while another is under way. */
  const mapped = new Map<string, { readonly present: boolean; readonly since: number }>();
  /** The latest change of each person, and how many are under way, whose outcome may never be known. */
  const latestChange = new Map<string, number>();
  const underWay = new Map<string, number>();
  let changes = 0;
  let changing = 0;
  /** What a poll has completely published, by person: no later read may show something older. */
  const floors = new Map<string, { readonly sentAt: number; readonly from: number }>();

  /** While agents change a poll may have read others than it publishes. */
  async function changesAgents<T>(work: () => Promise<T>): Promise<T> {
    changes += 1;
    changing += 1;
    try {
      return await work();
    } finally {
      changing -= 1;
    }
  }

  return {
    mapped,
    floors,
    changesAgents,

    /** Called when a poll begins; what is given is called with what it published when it was complete. */
    pollBegins(): (published: readonly GraphAnswer[]) => void {
      const before = changes;
      return published => {
        if (wild || changing > 0 || changes !== before) return;
        for (const { sentAt, shown } of published) {
          for (const id of shown.keys()) {
            if (sentAt > (floors.get(id)?.sentAt ?? 0)) floors.set(id, { sentAt, from: time.now() + HEAD_REUSE_MS });
          }
        }
      };
    },

    /** Changes who is mapped: everybody at once, or one person. Nobody knows of those whom two changes touch at once. */
    async upload(send: AgentUploader, everybody = false): Promise<void> {
      const all = everybody || random.oneIn(3);
      const touched = (all ? people : [random.pick(people)]).map(index => String(1000 + index));
      const present = new Set(touched.filter(() => !random.oneIn(3)));
      const items = [...present].map(agentId => ({ agentId, email: `person${Number(agentId) - 1000}@contoso.com` }));
      const [only = ''] = touched;
      let edit = all ? replaceAll(await readAgentItems(items)) : removeOne(only);
      if (!all && present.size > 0) edit = addOrUpdate(await readAgentItems(items));
      const alone = touched.filter(id => (underWay.get(id) ?? 0) === 0);
      const stamps = new Map<string, number>();
      for (const id of touched) {
        mapped.delete(id);
        floors.delete(guid(Number(id) - 1000));
        stamps.set(id, (latestChange.get(id) ?? 0) + 1);
        latestChange.set(id, (latestChange.get(id) ?? 0) + 1);
        underWay.set(id, (underWay.get(id) ?? 0) + 1);
      }
      await changesAgents(() => send(edit, { replaceAll: true, dryRun: false, ifMatch: undefined })).then(
        () => {
          for (const id of alone) {
            if (latestChange.get(id) === stamps.get(id))
              mapped.set(id, { present: present.has(id), since: time.now() });
          }
        },
        () => undefined,
      );
      for (const id of touched) underWay.set(id, (underWay.get(id) ?? 0) - 1);
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;
