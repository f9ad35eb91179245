import { LIMITS } from '../../support/world.ts';
import type { Instance } from './instance.ts';
import type { Ledger } from './ledger.ts';
import { CLIENT_PATIENCE_MS, HEAD_REUSE_MS, SKEW_MS, START, type World } from './world.ts';

type Snapshot = Awaited<ReturnType<Instance['read']>>['snapshot'];
type Entry = Snapshot['entries'][number];

/** In whichever case: a change of that alone is none, and what was published before may stand. */
export const isSameWord = (one = '', other = '') => one.toLowerCase() === other.toLowerCase();

/** Reads, and holds every answer against what a read may never say. */
export function createReadings({ time, graph, accounts, wild, violate }: World, { mapped, floors }: Ledger) {
  /** How often what is promised could be held against what was read. */
  const counts = { mapped: 0, floors: 0, ages: 0, disabled: 0 };

  function checkSettling({ record, settlesAt }: Entry, now: number): void {
    if (record.reachable === 1 && now < settlesAt) violate(`${record.agentId} is free before that has settled`);
    if (record.rule === 'settling' && now > settlesAt + HEAD_REUSE_MS) violate(`${record.agentId} settles without end`);
  }

  /** What is shown is what Graph answered at that moment, and looks as old as it is. */
  function checkTruth(snapshot: Snapshot, entry: Entry, now: number): void {
    const { record } = entry;
    const { userId: id, teamsActivity } = record;
    const checkedAt = snapshot.checkedAt(entry);
    if (record.rule === 'account-disabled') {
      counts.disabled += 1;
      if (!accounts.unsure.has(Number(record.agentId) - 1_000)) violate(`${record.agentId} was never disabled`);
      return;
    }
    if (record.known === 0 || checkedAt === 0) {
      if (record.reachable === 1 && record.rule !== 'anything-else') violate(`${record.agentId} unknown and reachable`);
      return;
    }
    const same = graph.answers.filter(answer => answer.sentAt === checkedAt && answer.shown.has(id));
    const believed = same.find(answer => isSameWord(answer.shown.get(id)?.activity, teamsActivity));
    if (believed === undefined) {
      const said = same.map(answer => answer.shown.get(id)?.activity).join(' or ') || 'nothing';
      violate(`${record.agentId} is ${teamsActivity} as of ${checkedAt - START}; Graph said ${said}`);
      return;
    }
    if (record.reachable === 1 && isSameWord('InACall', teamsActivity)) violate(`${record.agentId} free in a call`);
    if (wild) return;
    checkSettling(entry, now);
    const trueAge = time.now() - believed.trueAt;
    if (trueAge > LIMITS.unknownAfterMs + 2 * SKEW_MS + CLIENT_PATIENCE_MS)
      violate(`${record.agentId} is known as of ${checkedAt - START}, which is too old`);
    counts.ages += 1;
    const age = snapshot.ageSeconds(entry, now) * 1000;
    if (age < trueAge - 2 * SKEW_MS - 1_000) violate(`${record.agentId} looks only ${age} ms old`);
  }

  return {
    counts,

    async read(instance: Instance): Promise<void> {
      const began = time.now();
      const [expected, least] = [new Map(mapped), new Map(floors)];
      const { snapshot, fault } = await instance.read();
      const sure = fault === undefined;
      for (const [id, state] of expected) {
        if (!sure || mapped.get(id) !== state || began < state.since + HEAD_REUSE_MS) continue;
        const there = snapshot.entries.some(({ record }) => record.agentId === id);
        counts.mapped += 1;
        if (there !== state.present) violate(`${id} is ${there ? 'there' : 'gone'} against what was uploaded`);
      }
      const now = instance.clock();
      for (const entry of snapshot.entries) {
        const { userId: id, agentId } = entry.record;
        const checkedAt = snapshot.checkedAt(entry);
        const floor = accounts.unsure.has(Number(agentId) - 1_000) ? undefined : least.get(id);
        const held = sure && floor !== undefined && floors.has(id) && began >= floor.from;
        if (held) counts.floors += 1;
        if (held && checkedAt < floor.sentAt)
          violate(`${agentId} is shown as of ${checkedAt - START}, although ${floor.sentAt - START} was published`);
        checkTruth(snapshot, entry, now);
      }
    },
  };
}

export type Readings = ReturnType<typeof createReadings>;
