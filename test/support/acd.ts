import { refusal } from '../../shared/domain/signIn/aadsts.ts';
import { GraphUnavailableError, StoreUnavailableError, VaultError } from '../../shared/errors/errors.ts';
import { presenceFailure } from '../../shared/http/presence/answer.ts';
import { presenceHandler } from '../../shared/http/presence/handler.ts';
import { handle } from '../../shared/http/response.ts';
import { readSchedule } from '../../shared/lib/schedule.ts';
import { pullMonitor } from '../../shared/usecases/monitor/pullMonitor.ts';
import { pollOnDemand } from '../../shared/usecases/poll/pollOnDemand.ts';
import { readFresh } from '../../shared/usecases/read/readFresh.ts';
import { sleepForever } from './clock.ts';
import { httpCall } from './httpCall.ts';
import { memoryPollLease } from './memoryPollLease.ts';
import { watched } from './stores.ts';
import { tokens, world } from './world.ts';

/** What an ACD keeps of an answer: flat variables, all of them text; a list is the text of its JSON. */
export type Variables = Readonly<Record<string, string>>;

/** The whole read side of one instance over a store that may fail, as the ACD meets it. */
export function acdConnector(out: ReadonlySet<string>, freshWithinMs: number) {
  const here = world();
  // Nothing takes time here but what the test lets pass: a limit is never reached.
  const time = { ...here.time, sleep: sleepForever };
  const store = watched(here.presence, () => {
    if (out.has('tables')) throw new StoreUnavailableError('Out.');
  });
  /** What Graph last answered of everybody, and when. */
  const answered = new Map<string, { activity: string; at: number }>();
  const source: typeof here.teams.source = {
    async read(ids, token, signal) {
      if (out.has('graph')) throw new GraphUnavailableError('Out.');
      const answer = await here.teams.source.read(ids, token, signal);
      for (const [id, { activity }] of answer.presences) answered.set(id, { activity, at: time.clock() });
      return answer;
    },
  };
  const signIn = {
    ...tokens,
    async token() {
      if (out.has('entra')) throw refusal(7000222);
      if (out.has('vault')) throw new VaultError('Out.');
      return { value: 'token', mode: 'app-only' as const };
    },
  };
  const poll = here.pollerOf(store, source, signIn);
  const onDemand = pollOnDemand({
    ...time,
    lease: memoryPollLease(time.clock),
    poll,
    readHead: async () => (await store.readHead())?.head,
    freshWithinMs,
    schedule: readSchedule('*/10 * * * * *') ?? '',
  });
  const read = readFresh({ reader: here.reader(store), onDemand, ...time });
  const handler = handle(
    presenceHandler({
      readPresence: () => read,
      pulls: pullMonitor(time),
      defaultCountry: 'DE',
      clock: time.clock,
    }),
    () => here.log,
    presenceFailure,
  );
  async function ask(query: string): Promise<Variables> {
    const { body } = await handler(httpCall.request('GET', `/presence${query}`), httpCall.context() as never);
    const fields = Object.entries(JSON.parse(String(body)) as Record<string, unknown>);
    const textOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
    return Object.fromEntries(fields.map(([name, value]) => [name, textOf(value)]));
  }
  const timer = () => poll(here.log).catch(() => undefined);
  return { ...here, ask, timer, answered };
}
