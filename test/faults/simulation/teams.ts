import type { TeamsPresence } from '../../../shared/domain/presence/teamsPresence.ts';
import { GraphThrottledError, GraphUnavailableError } from '../../../shared/errors/errors.ts';
import type { PresenceSource } from '../../../shared/ports/presenceSource.ts';
import type { Life } from './network.ts';
import { type GraphAnswer, never, type World } from './world.ts';

/** Teams as one instance asks it, and what it was answered in the poll under way. */
export function teamsOf({ random, time, rarity, graphRarity, weather, graph }: World, life: Life, clock: () => number) {
  /** Answers that came during the poll under way, of which it will be known whether it was complete. */
  let ofThisPoll: GraphAnswer[] = [];
  /** The signal of each cycle, in the order in which they began to ask. */
  const cycles: AbortSignal[] = [];

  const source: PresenceSource = {
    async read(ids, _token, signal) {
      if (!cycles.includes(signal)) cycles.push(signal);
      const [sentAt, trueAt] = [clock(), time.now()];
      graph.requests += 1;
      // One that a poll leaves behind is not of the poll in which it comes.
      const ofPoll = ofThisPoll;
      await time.sleep(20 + random.below(weather.stormy && random.oneIn(20) ? 3_000 : 200));
      if (!life.isAlive()) return never();
      if (weather.graphFault !== undefined) throw weather.graphFault();
      if (weather.stormy && random.oneIn(graphRarity)) throw new GraphUnavailableError('Out.');
      if (weather.stormy && random.oneIn(rarity)) throw new GraphThrottledError('Wait.', random.below(20_000));
      const presences = new Map(
        ids.flatMap(id => (graph.shown.has(id) ? [[id, graph.shown.get(id) as TeamsPresence]] : [])),
      );
      const answer = { sentAt, trueAt, shown: presences, cycle: signal };
      graph.answers.push(answer);
      ofPoll.push(answer);
      await time.sleep(20 + random.below(100));
      return life.isAlive() ? { presences, requestId: 'request' } : never();
    },
  };

  return {
    source,
    /** Begins to collect what a poll is answered; of several cycles only the last one is published. */
    pollBegins(): () => readonly GraphAnswer[] {
      const answers: GraphAnswer[] = [];
      ofThisPoll = answers;
      return () => answers.filter(({ cycle }) => cycle === cycles.at(-1));
    },
  };
}
