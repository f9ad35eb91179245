import { readAgentItems } from '../../shared/domain/agents/agentFile.ts';
import { NO_AGENTS, sameVersion } from '../../shared/domain/agents/agentList.ts';
import { addOrUpdate, removeOne, replaceAll } from '../../shared/domain/agents/listEdit.ts';
import type { TeamsPresence } from '../../shared/domain/presence/teamsPresence.ts';
import { documentKeys, FAILED_PAUSE_MS, type Head } from '../../shared/domain/snapshot/head.ts';
import {
  ConnectorError,
  GraphThrottledError,
  GraphUnavailableError,
  StoreConflictError,
  StoreUnavailableError,
} from '../../shared/errors/errors.ts';
import { presenceFailure } from '../../shared/http/presence/answer.ts';
import { presenceHandler } from '../../shared/http/presence/handler.ts';
import { handle } from '../../shared/http/response.ts';
import { readSchedule } from '../../shared/lib/schedule.ts';
import type { PresenceSource } from '../../shared/ports/presenceSource.ts';
import { agentUploader } from '../../shared/usecases/agents/agentUploader.ts';
import { directorySync, syncIsDue } from '../../shared/usecases/agents/directorySync.ts';
import { pullMonitor } from '../../shared/usecases/monitor/pullMonitor.ts';
import { onePollAtATime } from '../../shared/usecases/poll/onePollAtATime.ts';
import { pollOnDemand } from '../../shared/usecases/poll/pollOnDemand.ts';
import { presencePoller } from '../../shared/usecases/poll/presencePoller.ts';
import { shardCache } from '../../shared/usecases/poll/shardCache.ts';
import { shardReader } from '../../shared/usecases/poll/shardReader.ts';
import { presenceReader } from '../../shared/usecases/read/presenceReader.ts';
import { readFresh } from '../../shared/usecases/read/readFresh.ts';
import { rulesChanger } from '../../shared/usecases/rules/rulesChanger.ts';
import { guid, presence } from '../support/builders.ts';
import { directoryOf, user } from '../support/directory.ts';
import { httpCall } from '../support/httpCall.ts';
import { memoryAgentStore } from '../support/memoryAgentStore.ts';
import { memoryPollLease } from '../support/memoryPollLease.ts';
import { memoryPresenceStore } from '../support/memoryPresenceStore.ts';
import { memoryRuleStore } from '../support/memoryRuleStore.ts';
import { randomOf, virtualTime } from '../support/virtualTime.ts';
import { forecast, LIMITS, tokens } from '../support/world.ts';

const START = Date.UTC(2026, 10, 23, 8, 0, 0);
const FEW_PEOPLE = 7;
/** So many that their share of the quota, one request for each, says how often they may be read. */
const MANY_PEOPLE = 60;
const HALF_OF_QUOTA_MS = 30_000 / 750;
const INSTANCES = 3;
/** Half of the two seconds by which two clocks may differ. */
const SKEW_MS = 1_000;
const TIMER_MS = 10_000;
const CLIENT_PATIENCE_MS = 5_000;
/** So long every instance is asked again and again. */
const QUESTIONS_MS = 10_000;
/** Clocks of machines that are set wrongly. */
const WRONG_BY_MS = [-86_400_000, -3_600_000, 3_600_000, 86_400_000];
/** A pull may use a head that another one read so long ago. */
const HEAD_REUSE_MS = 500;
const SCHEDULE = readSchedule('*/10 * * * * *') ?? '';
const STATES: readonly TeamsPresence[] = [
  presence('Available'),
  presence('Busy', 'InACall'),
  presence('Away'),
  presence('DoNotDisturb', 'Presenting'),
];
const RULES = [
  { preset: 'strict' },
  { preset: 'acd-decides' },
  {
    rules: [
      { id: 'free', when: [{ availability: ['Available'] }], telStatus: 0, reachable: 1, settleSeconds: 5 },
      { id: 'others', when: [{}], telStatus: 1, reachable: 0 },
    ],
  },
];

/** What Graph answered to one request. */
interface GraphAnswer {
  readonly sentAt: number;
  readonly trueAt: number;
  readonly shown: ReadonlyMap<string, TeamsPresence>;
  /** Tells the cycle that asked. */
  readonly cycle: AbortSignal;
}

interface Client {
  readonly records: Map<string, string>;
  waitsUntil: number;
  loopsUntil: number;
  revision: string;
  cursor: string;
  readonly next: Map<string, string>;
}

export interface ScheduleResult {
  readonly violations: readonly string[];
  /** How often what is promised could be held against what was read. */
  readonly counts: { readonly mapped: number; readonly floors: number; readonly ages: number };
}

/** A promise of a process that was killed. */
const never = <T>() => new Promise<T>(() => undefined);

/**
 * Several instances over one store, each with a clock of its own; calls of all of them interleave, fail, are answered
 * late or not at all, and instances are killed between any two of them. Everything follows from the seed.
 */
export async function runSchedule(seed: number): Promise<ScheduleResult> {
  const random = randomOf(seed);
  const time = virtualTime(START);
  const violations: string[] = [];
  const counts = { mapped: 0, floors: 0, ages: 0 };
  const violate = (what: string) => void violations.push(`${((time.now() - START) / 1000).toFixed(2)} s: ${what}`);
  /** While false nothing fails: so a schedule ends. */
  let stormy = true;
  /** What becomes of each request to Graph once the storm is over. */
  let graphFault: (() => Error) | undefined;
  /** Requests to Graph so far. */
  let requests = 0;
  /** In some schedules there are clocks that are quite wrong: then nobody can say how old something is. */
  const wild = seed % 5 === 0;
  /** Some schedules are calm, some are not. */
  const rarity = random.pick([15, 40, 150]);
  const graphRarity = random.pick([3, 15, 150]);

  const isCrowd = seed % 64 === 32;
  const people = Array.from({ length: isCrowd ? MANY_PEOPLE : FEW_PEOPLE }, (_, index) => index + 1);
  /** Of a large shard Graph may leave one out and is believed. */
  const shardSize = isCrowd ? 1 : random.pick([2, 2, FEW_PEOPLE]);

  const shown = new Map(people.map(index => [guid(index), STATES[0] as TeamsPresence]));
  const answers: GraphAnswer[] = [];
  const directory = directoryOf(people.map(index => user(index)));

  const presenceTable = memoryPresenceStore();
  let before: Head | undefined;
  const checked = {
    ...presenceTable,
    async replaceHead(...[head, etag]: Parameters<typeof presenceTable.replaceHead>) {
      const written = await presenceTable.replaceHead(head, etag);
      if (head.epoch === before?.epoch && head.revision < before.revision) violate('the revision went back');
      if (before !== undefined && sameVersion(before.agents, head.agents)) checkWaits(before, head);
      before = head;
      return written;
    },
  };
  const shared = {
    presence: checked,
    agents: memoryAgentStore(),
    rules: memoryRuleStore(),
    lease: memoryPollLease(time.now),
  };

  /** What Graph asks one instance to wait for, all of them do, until it has answered a later request. */
  function checkWaits({ shards: earlier }: Head, { shards }: Head): void {
    for (const [shard, { notBefore, checkedAt }] of wild ? [] : shards.entries()) {
      const old = earlier[shard];
      const isOver = old === undefined || old.notBefore <= time.now() + SKEW_MS || notBefore >= old.notBefore;
      if (!isOver && checkedAt < old.attemptedAt) violate(`a wait for shard ${shard} ended without an answer`);
    }
  }

  /** Whether somebody is mapped, as the last change that was answered has it; unknown while another is under way. */
  const mapped = new Map<string, { readonly present: boolean; readonly since: number }>();
  /** The latest change of each person, and how many are under way, whose outcome may never be known. */
  const latestChange = new Map<string, number>();
  const underWay = new Map<string, number>();
  let changes = 0;
  let changing = 0;
  /** What a poll has completely published, by person: no later read may show something older. */
  const floors = new Map<string, { readonly sentAt: number; readonly from: number }>();

  function createInstance() {
    let alive = true;
    const isWrong = wild && stormy && random.oneIn(3);
    const skew = isWrong ? random.pick(WRONG_BY_MS) : random.below(2 * SKEW_MS) - SKEW_MS;
    const clock = () => time.now() + skew;
    const monotonic = () => time.now();
    const sleep = async (ms: number, signal?: AbortSignal) => {
      await time.sleep(ms, signal);
      if (!alive) await never();
    };
    const kill = () => {
      alive = false;
    };

    /** One call to the outside: it takes its time, may fail before or after its effect, or be the last one. */
    async function call<T>(work: () => Promise<T>, isWrite: boolean): Promise<T> {
      if (!alive) return never();
      await time.sleep(random.oneIn(60) && stormy ? random.below(4_000) : random.below(25));
      if (!alive) return never();
      if (stormy && random.oneIn(rarity)) throw new StoreUnavailableError('Out.');
      if (stormy && random.oneIn(rarity * 8)) {
        kill();
        if (random.oneIn(2)) await work().catch(() => undefined);
        return never();
      }
      const result = await work();
      if (!alive) return never();
      if (isWrite && stormy && random.oneIn(rarity)) {
        // The answer is lost; a client that repeats the write may lose against itself.
        throw random.oneIn(2) ? new StoreUnavailableError('Lost.') : new StoreConflictError('Lost.');
      }
      await time.sleep(random.below(8));
      return alive ? result : never();
    }

    function overNetwork<S extends object>(store: S): S {
      const wrapped = Object.entries(store).map(([name, method]) => [
        name,
        (...args: unknown[]) =>
          call(() => (method as (...all: unknown[]) => Promise<unknown>)(...args), !/^(read|current|list)/.test(name)),
      ]);
      return Object.fromEntries(wrapped) as S;
    }

    /** Answers that came during the poll under way, of which it will be known whether it was complete. */
    let fresh: GraphAnswer[] = [];
    /** The signal of each cycle, in the order in which they began to ask. */
    const cycles: AbortSignal[] = [];
    const source: PresenceSource = {
      async read(ids, _token, signal) {
        if (!cycles.includes(signal)) cycles.push(signal);
        const [sentAt, trueAt] = [clock(), time.now()];
        requests += 1;
        // One that a poll leaves behind is not of the poll in which it comes.
        const ofPoll = fresh;
        await time.sleep(20 + random.below(stormy && random.oneIn(20) ? 3_000 : 200));
        if (!alive) return never();
        if (graphFault !== undefined) throw graphFault();
        if (stormy && random.oneIn(graphRarity)) throw new GraphUnavailableError('Out.');
        if (stormy && random.oneIn(rarity)) throw new GraphThrottledError('Wait.', random.below(20_000));
        const presences = new Map(ids.flatMap(id => (shown.has(id) ? [[id, shown.get(id) as TeamsPresence]] : [])));
        const answer = { sentAt, trueAt, shown: presences, cycle: signal };
        answers.push(answer);
        ofPoll.push(answer);
        await time.sleep(20 + random.below(100));
        return alive ? { presences, requestId: 'request' } : never();
      },
    };

    const network = {
      presence: overNetwork(shared.presence),
      agents: overNetwork(shared.agents),
      rules: overNetwork(shared.rules),
      lease: overNetwork(shared.lease),
    };
    const { lease, ...stores } = network;
    const moments = { clock, monotonic, sleep };
    const cache = shardCache(stores.presence);
    const reader = presenceReader({ ...stores, cache, ...moments, options: { limits: LIMITS, level: 'full' } });
    const agentDeps = {
      ...stores,
      directory,
      source: { kind: 'list' as const },
      defaultCountry: 'DE' as const,
      ...moments,
    };
    const sync = directorySync(agentDeps);
    const plainPoll = presencePoller({
      ...stores,
      cache,
      tokens,
      readShards: shardReader({ source, tokens, ...moments }),
      forecast,
      ...moments,
      shardSize,
      syncIfDue: async (head, pending, log) => {
        if (syncIsDue(head, pending, 'list', clock())) await changesAgents(() => sync(log));
      },
    });
    const poll = onePollAtATime(async (log, options) => {
      const ofPoll: GraphAnswer[] = [];
      fresh = ofPoll;
      const before = changes;
      const done = await plainPoll(log, options);
      // A cycle whose agents were replaced meanwhile is not published: the one after it is.
      const published = ofPoll.filter(({ cycle }) => cycle === cycles.at(-1));
      if (done.result === 'complete' && !wild && changing === 0 && changes === before) {
        for (const { sentAt, shown: seen } of published) {
          for (const id of seen.keys()) {
            if (sentAt > (floors.get(id)?.sentAt ?? 0)) floors.set(id, { sentAt, from: time.now() + HEAD_REUSE_MS });
          }
        }
      }
      return done;
    });
    const onDemand = pollOnDemand({
      ...moments,
      lease,
      poll,
      readHead: async () => (await stores.presence.readHead())?.head,
      freshWithinMs: 2_000,
      schedule: SCHEDULE,
    });
    const readPresence = readFresh({ reader, onDemand, monotonic, sleep });
    const handler = handle(
      presenceHandler({
        readPresence: () => readPresence,
        pulls: pullMonitor({ clock, monotonic }),
        defaultCountry: 'DE',
        clock,
      }),
      () => () => undefined,
      presenceFailure,
    );
    const ask = async (query: string) => {
      const answer = await handler(httpCall.request('GET', `/presence${query}`), httpCall.context() as never);
      return JSON.parse(String(answer.body)) as Record<string, unknown>;
    };
    return {
      clock,
      isWrong,
      kill,
      isAlive: () => alive,
      read: () => readPresence(() => undefined),
      ask,
      timer: async () => (await poll(() => undefined)).rest,
      sync: () => changesAgents(() => sync(() => undefined)),
      upload: agentUploader(agentDeps),
      changeRules: rulesChanger({ ...stores, reader, clock }),
    };
  }
  type Instance = ReturnType<typeof createInstance>;

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

  /** Changes who is mapped: everybody at once, or one person. Nobody knows of those whom two changes touch at once. */
  async function upload({ upload: send }: Instance, everybody = false): Promise<void> {
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
          if (latestChange.get(id) === stamps.get(id)) mapped.set(id, { present: present.has(id), since: time.now() });
        }
      },
      () => undefined,
    );
    for (const id of touched) underWay.set(id, (underWay.get(id) ?? 0) - 1);
  }

  /** Everything that a read may never say. */
  async function read(instance: Instance): Promise<void> {
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
      const { record } = entry;
      const id = record.userId;
      const checkedAt = snapshot.checkedAt(entry);
      const floor = least.get(id);
      const held = sure && floor !== undefined && floors.has(id) && began >= floor.from;
      if (held) counts.floors += 1;
      if (held && checkedAt < floor.sentAt) {
        violate(
          `${record.agentId} is shown as of ${checkedAt - START}, although ${floor.sentAt - START} was published`,
        );
      }
      if (record.known === 0 || checkedAt === 0) {
        if (record.reachable === 1 && record.rule !== 'anything-else')
          violate(`${record.agentId} unknown and reachable`);
        continue;
      }
      const same = answers.filter(answer => answer.sentAt === checkedAt && answer.shown.has(id));
      const believed = same.find(answer => answer.shown.get(id)?.activity === record.teamsActivity);
      if (believed === undefined) {
        const said = same.map(answer => answer.shown.get(id)?.activity).join(' or ') || 'nothing';
        violate(`${record.agentId} is ${record.teamsActivity} as of ${checkedAt - START}; Graph said ${said}`);
        continue;
      }
      if (record.reachable === 1 && record.teamsActivity === 'InACall') violate(`${record.agentId} free in a call`);
      if (wild) continue;
      if (record.reachable === 1 && now < entry.settlesAt) violate(`${record.agentId} is free before that has settled`);
      if (record.rule === 'settling' && now > entry.settlesAt + HEAD_REUSE_MS)
        violate(`${record.agentId} settles without end`);
      if (time.now() - believed.trueAt > LIMITS.unknownAfterMs + 2 * SKEW_MS + CLIENT_PATIENCE_MS)
        violate(`${record.agentId} is known as of ${checkedAt - START}, which is too old`);
      counts.ages += 1;
      const age = snapshot.ageSeconds(entry, now) * 1000;
      if (age < time.now() - believed.trueAt - 2 * SKEW_MS - 1_000)
        violate(`${record.agentId} looks only ${age} ms old`);
    }
  }

  function sameAs(list: readonly Record<string, unknown>[]): Map<string, string> {
    return new Map(list.map(record => [String(record['agentId']), JSON.stringify(record)]));
  }

  function compare({ records }: Client, list: ReadonlyMap<string, string>): void {
    if (JSON.stringify([...records].sort()) === JSON.stringify([...list].sort())) return;
    violate(`the client of the differences has ${[...records.values()]}, the list ${[...list.values()]}`);
  }

  /** A client asks again when it has its answer, or has waited long enough: an answer that comes later is nothing. */
  async function followDelta({ ask }: Instance, client: Client): Promise<void> {
    if (time.now() < client.waitsUntil) return;
    const deadline = time.now() + CLIENT_PATIENCE_MS;
    client.waitsUntil = deadline;
    const answer = await ask(client.revision === '' ? '' : `?changedSince=${client.revision}`);
    if (client.waitsUntil !== deadline || time.now() >= deadline) return;
    client.waitsUntil = 0;
    if (answer['status'] !== 200) return;
    if (answer['full'] !== 0) client.records.clear();
    for (const id of (answer['removed'] as string[] | undefined) ?? []) client.records.delete(id);
    for (const [id, text] of sameAs(answer['records'] as Record<string, unknown>[])) client.records.set(id, text);
    client.revision = String(answer['revision']);
  }

  async function followNext({ ask }: Instance, client: Client): Promise<void> {
    if (time.now() < client.loopsUntil) return;
    const deadline = time.now() + CLIENT_PATIENCE_MS;
    client.loopsUntil = deadline;
    for (let steps = 0; steps < 40; steps += 1) {
      const answer = await ask(`?next=${client.cursor}`);
      if (client.loopsUntil !== deadline || time.now() >= deadline) return;
      if (answer['status'] !== 200) break;
      client.cursor = String(answer['cursor']);
      if (answer['error'] === 'cursor_expired') {
        client.next.clear();
        continue;
      }
      const id = String(answer['agentId']);
      if (id === '') break;
      if (answer['removed'] === 1) client.next.delete(id);
      else client.next.set(id, `${answer['rule']} ${answer['reachable']}`);
      if (answer['more'] !== 1) break;
    }
    client.loopsUntil = 0;
  }

  /** So many requests does Graph get while every instance is asked again and again. */
  async function requestsOfQuestions(): Promise<number> {
    const before = requests;
    const rarely = random.pick([1, 12]);
    for (let asked = 0; asked < QUESTIONS_MS; asked += 50) {
      for (const instance of instances) if (random.oneIn(rarely)) start(read(instance));
      await time.pass(50);
    }
    return requests - before;
  }

  /** Graph answers again, and whatever had paused because of it is over. */
  async function graphComesBack(): Promise<void> {
    graphFault = undefined;
    await time.pass(FAILED_PAUSE_MS);
    for (let cycle = 0; cycle < 2; cycle += 1) {
      start(any().timer());
      await time.pass(TIMER_MS);
    }
  }

  /** What questions cost: while Graph answers, while it asks for patience, while it is out, and when it comes back. */
  async function askAllTheTime(): Promise<void> {
    for (const [index, { isAlive }] of instances.entries()) if (!isAlive()) instances[index] = createInstance();
    const shards = (await checked.readHead())?.head.shards.length ?? 0;
    // Once a second, or as often as half of the quota allows, and one that was under way.
    const steady = await requestsOfQuestions();
    const most = Math.min((QUESTIONS_MS / 1_000 + 2) * shards, QUESTIONS_MS / HALF_OF_QUOTA_MS + 2 * shards);
    if (steady > most) violate(`questions of ten seconds cost ${steady} requests`);
    for (const [what, fault] of [
      ['asks for patience', () => new GraphThrottledError('Wait.', 30_000)],
      ['is out', () => new GraphUnavailableError('Out.')],
    ] as const) {
      graphFault = fault;
      await time.pass(1_500);
      // One poll finds out; whoever had begun another one by then is told by its answer.
      const asked = await requestsOfQuestions();
      if (asked > 2 * shards) violate(`while Graph ${what} questions of ten seconds cost ${asked} requests`);
      const before = requests;
      start(any().timer());
      await time.pass(TIMER_MS);
      if (what === 'asks for patience' && requests > before) violate('the timer did not wait as Graph asked');
      await time.pass(25_000);
    }
    await time.pass(LIMITS.unknownAfterMs);
    const instance = any();
    const reading = instance.read().then(({ snapshot }) => {
      for (const { record, polled } of snapshot.entries) {
        if (polled && record.known === 1) violate(`${record.agentId} is known after two minutes without Graph`);
      }
    });
    start(reading);
    await time.pass(CLIENT_PATIENCE_MS);
    await graphComesBack();
  }

  /** Somebody deletes the documents while Graph is out, and nobody has them in memory: clients are told of everybody. */
  async function loseDocuments(): Promise<void> {
    start(followDelta(any(), client));
    await time.pass(CLIENT_PATIENCE_MS);
    graphFault = () => new GraphUnavailableError('Out.');
    for (const index of instances.keys()) instances[index] = createInstance();
    floors.clear();
    await presenceTable.removeDocuments(await presenceTable.listDocuments());
    start(any().timer());
    await time.pass(TIMER_MS);
    const instance = any();
    const comparison = followDelta(instance, client).then(async () => {
      const list = await instance.ask('');
      compare(client, sameAs(list['records'] as Record<string, unknown>[]));
    });
    start(comparison);
    await time.pass(CLIENT_PATIENCE_MS);
    await graphComesBack();
  }

  const instances = Array.from({ length: INSTANCES }, createInstance);
  const client: Client = {
    records: new Map(),
    waitsUntil: 0,
    loopsUntil: 0,
    revision: '',
    cursor: '',
    next: new Map(),
  };
  const unexpected: unknown[] = [];
  const start = (work: Promise<unknown>) =>
    void work.catch(error => {
      if (!(error instanceof ConnectorError)) unexpected.push(error);
    });
  const any = () => {
    const index = random.below(INSTANCES);
    const found = instances[index] as Instance;
    if (found.isAlive()) return found;
    const next = createInstance();
    instances[index] = next;
    return next;
  };

  start(upload(any(), true));
  await time.pass(3_000);
  let timerAt = time.now();
  const steps = 20 + random.below(20);
  for (let step = 0; step < steps; step += 1) {
    if (time.now() >= timerAt) {
      start(any().timer());
      if (random.oneIn(6)) start(any().timer());
      timerAt = time.now() + TIMER_MS;
    }
    if (random.oneIn(2)) shown.set(guid(random.pick(people)), random.pick(STATES));
    if (shardSize === FEW_PEOPLE && random.oneIn(12)) shown.delete(guid(random.pick(people)));
    const roll = random.below(20);
    if (roll < 8) start(read(any()));
    else if (roll < 10) start(followDelta(any(), client));
    else if (roll === 10) start(followNext(any(), client));
    else if (roll === 11) start(upload(any()));
    else if (roll === 12) start(any().sync());
    else if (roll === 13) {
      const text = JSON.stringify(random.pick(RULES));
      start(any().changeRules(text, { dryRun: false, ifMatch: undefined }));
    } else if (roll === 14 && random.oneIn(3)) any().kill();
    await time.pass(random.pick([0, 10, 120, 700, 3_000]));
  }

  // The storm is over: everybody agrees with Teams, and with each other.
  stormy = false;
  for (const index of people) if (!shown.has(guid(index))) shown.set(guid(index), random.pick(STATES));
  for (const instance of instances) if (instance.isWrong) instance.kill();
  await time.pass(60_000);
  start(upload(any(), true));
  await time.pass(5_000);
  for (let cycle = 0; cycle < 3; cycle += 1) {
    start(any().timer());
    await time.pass(TIMER_MS);
  }
  if (seed % 16 === 0) await askAllTheTime();
  if (seed % 16 === 8) await loseDocuments();
  const ends = [any(), createInstance()].map(async instance => {
    await followDelta(instance, client);
    await followNext(instance, client);
    await read(instance);
    const list = await instance.ask('');
    const records = list['records'] as Record<string, unknown>[];
    for (const record of records) {
      const truth = shown.get(String(record['userId']))?.activity;
      if (record['teamsActivity'] !== truth)
        violate(`${record['agentId']} is ${record['teamsActivity']}, not ${truth}`);
    }
    if (list['stale'] !== 0 && records.length > 0) violate('the list is stale in the end');
    return records;
  });
  let ended = false;
  const all = Promise.all(ends).then(async ([records = []]) => {
    await followDelta(any(), client);
    await followNext(any(), client);
    const texts = sameAs(records);
    compare(client, texts);
    const short = records
      .map(({ agentId, rule, reachable }) => `${agentId} ${rule} ${reachable}`)
      .sort()
      .join();
    const next = [...client.next]
      .map(([id, text]) => `${id} ${text}`)
      .sort()
      .join();
    if (next !== short) violate(`the client of next has ${next}, the list ${short}`);
    ended = true;
  });
  start(all);
  await time.pass(30_000);
  if (!ended && unexpected.length === 0) violate('the end was never reached');
  // Nobody who was removed is left in a document, and no document is left that nobody names.
  start(any().sync());
  await time.pass(10_000);
  const head = (await checked.readHead())?.head;
  const documents = await checked.listDocuments();
  const named = new Set(head && documentKeys(head).map(({ key }) => key));
  const ids = new Set((await shared.agents.read(head?.agents ?? NO_AGENTS)).agents.map(({ objectId }) => objectId));
  for (const at of documents) {
    if (!named.has(at.key)) violate(`document ${at.key} is litter`);
    const strangers = [...((await checked.readDocument(at))?.readings.keys() ?? [])].filter(id => !ids.has(id));
    if (strangers.length > 0) violate(`document ${at.key} holds ${strangers}, who are not mapped`);
  }
  for (const error of unexpected) violate(`unexpected: ${error instanceof Error ? error.stack : error}`);
  return { violations, counts };
}
