import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { tableAgentStore } from '../../shared/adapters/tables/tableAgentStore.ts';
import { tableClient } from '../../shared/adapters/tables/tableClient.ts';
import { tablePresenceStore } from '../../shared/adapters/tables/tablePresenceStore.ts';
import { tableRuleStore } from '../../shared/adapters/tables/tableRuleStore.ts';
import { tableSignInLedger } from '../../shared/adapters/tables/tableSignInLedger.ts';
import type { AgentStore } from '../../shared/ports/agentStore.ts';
import type { PresenceStore } from '../../shared/ports/presenceStore.ts';
import type { RuleStore } from '../../shared/ports/ruleStore.ts';
import type { SignInLedger } from '../../shared/ports/signInLedger.ts';
import { memoryAgentStore } from './memoryAgentStore.ts';
import { memoryPresenceStore } from './memoryPresenceStore.ts';
import { memoryRuleStore } from './memoryRuleStore.ts';
import { memorySignInLedger } from './memorySignInLedger.ts';

export interface Stores {
  readonly presence: PresenceStore;
  readonly agents: AgentStore;
  readonly rules: RuleStore;
  readonly ledger: SignInLedger;
}

/** A client of a table that nobody else uses. @param connection of a file's own service; without it of the shared one */
export function freshTable(connection: string = inject('storage')) {
  const storage = { connection, isUrl: false };
  return tableClient({ storage, managedIdentityClientId: '' }, `t${randomUUID().replaceAll('-', '')}`);
}

/** The stores over tables that nobody else uses. */
export function tableStores(connection?: string): Stores {
  return {
    presence: tablePresenceStore(freshTable(connection)),
    agents: tableAgentStore(freshTable(connection), Date.now),
    rules: tableRuleStore(freshTable(connection)),
    ledger: tableSignInLedger(freshTable(connection)),
  };
}

/** Every adapter of the stores, each made anew for a test. */
export const ADAPTERS: readonly (readonly [name: string, create: () => Stores])[] = [
  [
    'memory',
    () => ({
      presence: memoryPresenceStore(),
      agents: memoryAgentStore(),
      rules: memoryRuleStore(),
      ledger: memorySignInLedger(),
    }),
  ],
  ['Table Storage', () => tableStores()],
];

type Call = { readonly method: keyof PresenceStore; readonly index: number };

/** The store with something done before each call: to count them, to order them, or to fail them. */
export function watched(
  store: PresenceStore,
  before: (call: Call) => void | Promise<void>,
  after: (call: Call) => void | Promise<void> = () => undefined,
): PresenceStore {
  let index = 0;
  const wrap =
    <A extends unknown[], R>(method: keyof PresenceStore, work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      index += 1;
      const call = { method, index };
      await before(call);
      const result = await work(...args);
      await after(call);
      return result;
    };
  return {
    readHead: wrap('readHead', store.readHead.bind(store)),
    createHead: wrap('createHead', store.createHead.bind(store)),
    replaceHead: wrap('replaceHead', store.replaceHead.bind(store)),
    readDocument: wrap('readDocument', store.readDocument.bind(store)),
    writeDocument: wrap('writeDocument', store.writeDocument.bind(store)),
    listDocuments: wrap('listDocuments', store.listDocuments.bind(store)),
    removeDocuments: wrap('removeDocuments', store.removeDocuments.bind(store)),
  };
}

/** A process that is killed: the call of this index never returns, whether or not it took effect. */
class Killed extends Error {}

export function killedAt(store: PresenceStore, at: number, effect: 'before' | 'after'): PresenceStore {
  const kill = ({ index }: Call) => {
    if (index >= at) throw new Killed();
  };
  return effect === 'before'
    ? watched(store, kill)
    : watched(store, ({ index }) => kill({ method: 'readHead', index: index - 1 }), kill);
}
