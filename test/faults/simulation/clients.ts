import type { Instance } from './instance.ts';
import { CLIENT_PATIENCE_MS, type World } from './world.ts';

type Records = readonly Record<string, unknown>[];

/** The records by agent, as texts that can be compared. */
function textsOf(records: Records): Map<string, string> {
  return new Map(records.map(record => [String(record['agentId']), JSON.stringify(record)]));
}

const sorted = (lines: readonly string[]) => [...lines].sort().join();

/**
 * A client of the differences and one of `next`. Each asks again when it has its answer, or has waited long enough: an
 * answer that comes later is nothing to it.
 */
export function createClients({ time, violate }: World) {
  const records = new Map<string, string>();
  let revision = '';
  let waitsUntil = 0;
  const states = new Map<string, string>();
  let cursor = '';
  let loopsUntil = 0;

  return {
    async followDelta({ ask }: Instance): Promise<void> {
      if (time.now() < waitsUntil) return;
      const deadline = time.now() + CLIENT_PATIENCE_MS;
      waitsUntil = deadline;
      const answer = await ask(revision === '' ? '' : `?changedSince=${revision}`);
      if (waitsUntil !== deadline || time.now() >= deadline) return;
      waitsUntil = 0;
      if (answer['status'] !== 200) return;
      if (answer['full'] !== 0) records.clear();
      for (const id of (answer['removed'] as string[] | undefined) ?? []) records.delete(id);
      for (const [id, text] of textsOf(answer['records'] as Records)) records.set(id, text);
      revision = String(answer['revision']);
    },

    async followNext({ ask }: Instance): Promise<void> {
      if (time.now() < loopsUntil) return;
      const deadline = time.now() + CLIENT_PATIENCE_MS;
      loopsUntil = deadline;
      for (let steps = 0; steps < 40; steps += 1) {
        const answer = await ask(`?next=${cursor}`);
        if (loopsUntil !== deadline || time.now() >= deadline) return;
        if (answer['status'] !== 200) break;
        cursor = String(answer['cursor']);
        if (answer['error'] === 'cursor_expired') {
          states.clear();
          continue;
        }
        const id = String(answer['agentId']);
        if (id === '') break;
        if (answer['removed'] === 1) states.delete(id);
        else states.set(id, `${answer['rule']} ${answer['reachable']}`);
        if (answer['more'] !== 1) break;
      }
      loopsUntil = 0;
    },

    /** Holds what the client of the differences has against the whole list. */
    compareDelta(list: Records): void {
      const texts = textsOf(list);
      if (JSON.stringify([...records].sort()) === JSON.stringify([...texts].sort())) return;
      violate(`the client of the differences has ${[...records.values()]}, the list ${[...texts.values()]}`);
    },

    /** Holds what the client of `next` was told against the whole list. */
    compareNext(list: Records): void {
      const told = sorted([...states].map(([id, text]) => `${id} ${text}`));
      const whole = sorted(list.map(({ agentId, rule, reachable }) => `${agentId} ${rule} ${reachable}`));
      if (told !== whole) violate(`the client of next has ${told}, the list ${whole}`);
    },
  };
}

export type Clients = ReturnType<typeof createClients>;
