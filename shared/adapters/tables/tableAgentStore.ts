import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import pMap from 'p-map';
import { ACCOUNT_STATES, AGENT_ID, type Agent, ORIGINS, RESOLUTIONS } from '../../domain/agents/agent.ts';
import {
  AGENTS_PREFIX,
  type AgentList,
  type AgentsVersion,
  EMPTY_LIST,
  NO_AGENTS,
  rowCount,
  type Tombstone,
} from '../../domain/agents/agentList.ts';
import { isOutdated } from '../../domain/snapshot/versionId.ts';
import { StoreConflictError } from '../../errors/errors.ts';
import { chunk } from '../../lib/chunk.ts';
import type { Clock } from '../../lib/clock.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import type { AgentStore } from '../../ports/agentStore.ts';
import { ROWS_PER_TRANSACTION } from './bounds.ts';
import { fromTime, text, texts, toTime } from './columns.ts';
import { readCurrent, setCurrent } from './currentVersion.ts';
import { translateReadErrors, translateWriteErrors } from './tableClient.ts';

const CURRENT = { rowKey: 'agents', column: 'generation' };
const AFTER_VERSIONS = 'h';
/** No agentId begins so. */
const TOMBSTONE = '!';
const CONCURRENT_TRANSACTIONS = 4;
const ATTEMPTS = 4;
/** The host ends an upload after 15 minutes (host.json); four times that, for clocks that differ. Then its writer has died. */
const ABANDONED_AFTER_MS = 3_600_000;

/** Neither addresses nor numbers hold a blank. */
const SEPARATOR = ' ';

function toEntity(partitionKey: string, { agentId, aliases, directoryNumbers, numberKeys, ...agent }: Agent) {
  const joined = {
    aliases: aliases.join(SEPARATOR),
    directoryNumbers: directoryNumbers.join(SEPARATOR),
    numberKeys: numberKeys.join(SEPARATOR),
  };
  return { partitionKey, rowKey: agentId, ...agent, ...joined };
}

function toTombstone(partitionKey: string, { agentId, removedIn, removedAt }: Tombstone) {
  return { partitionKey, rowKey: `${TOMBSTONE}${agentId}`, removedIn, removedAt: fromTime(removedAt) };
}

/** A word of a closed set; rows of an older version may lack it, those of a newer one may hold another. */
function word<T extends string>(known: readonly T[], value: unknown, fallback: T): T {
  return known.find(candidate => candidate === value) ?? fallback;
}

function fromEntity(entity: Record<string, unknown>): Agent {
  return {
    agentId: text(entity['rowKey']),
    email: text(entity['email']),
    userId: text(entity['userId']),
    number: text(entity['number']),
    number2: text(entity['number2']),
    number3: text(entity['number3']),
    numberE164: text(entity['numberE164']),
    numberKeys: texts(entity['numberKeys'], SEPARATOR),
    foundByNumber: text(entity['foundByNumber']),
    emailOwner: text(entity['emailOwner']),
    displayName: text(entity['displayName']),
    group: text(entity['group']),
    origin: word(ORIGINS, entity['origin'], 'list'),
    line: Number(entity['line'] ?? 0),
    account: word(ACCOUNT_STATES, entity['account'], 'not-in-directory'),
    resolvedBy: word(RESOLUTIONS, entity['resolvedBy'], ''),
    ambiguous: entity['ambiguous'] === true,
    objectId: text(entity['objectId']),
    userPrincipalName: text(entity['userPrincipalName']),
    mail: text(entity['mail']),
    directoryName: text(entity['directoryName']),
    aliases: texts(entity['aliases'], SEPARATOR),
    directoryNumbers: texts(entity['directoryNumbers'], SEPARATOR),
  };
}

/** Agents in one table: a partition per version, and one row that names the current version. */
export function tableAgentStore(client: TableClient, clock: Clock): AgentStore {
  function readRows(version: string): Promise<AgentList> {
    return translateReadErrors(async () => {
      const agents: Agent[] = [];
      const tombstones: Tombstone[] = [];
      const filter = odata`PartitionKey eq ${version}`;
      for await (const entity of client.listEntities({ queryOptions: { filter } })) {
        const { rowKey = '' } = entity;
        const isTombstone = rowKey.startsWith(TOMBSTONE);
        const agentId = isTombstone ? rowKey.slice(TOMBSTONE.length) : rowKey;
        // A row that somebody added by hand is nobody whom a client could ask for.
        if (!AGENT_ID.test(agentId)) continue;
        if (!isTombstone) agents.push(fromEntity(entity));
        else {
          const [removedIn, removedAt] = [text(entity['removedIn']), toTime(entity['removedAt'])];
          tombstones.push({ agentId, removedIn, removedAt });
        }
      }
      return { agents, tombstones };
    }, EMPTY_LIST);
  }

  async function record({ id: current, count, removalsSince }: AgentsVersion): Promise<void> {
    if (!(await setCurrent(client, CURRENT, current, { count, removalsSince }))) return;
    const others = odata`PartitionKey ge ${AGENTS_PREFIX} and PartitionKey lt ${AFTER_VERSIONS} and PartitionKey ne ${current}`;
    const before = clock() - ABANDONED_AFTER_MS;
    await removeRows(others, (id, writtenAt) => isOutdated(id, current) || writtenAt < before);
  }

  async function removeRows(
    filter: string,
    isMeant: (id: string, writtenAt: number) => boolean = () => true,
  ): Promise<void> {
    const queryOptions = { filter, select: ['PartitionKey', 'RowKey', 'Timestamp'] };
    const partitions = new Map<string, TransactionAction[]>();
    for await (const { partitionKey, rowKey, timestamp } of client.listEntities({ queryOptions })) {
      if (partitionKey === undefined || rowKey === undefined) continue;
      if (!isMeant(partitionKey, toTime(timestamp))) continue;
      const deletes = partitions.get(partitionKey) ?? [];
      deletes.push(['delete', { partitionKey, rowKey }]);
      partitions.set(partitionKey, deletes);
    }
    const batches = [...partitions.values()].flatMap(deletes => chunk(deletes, ROWS_PER_TRANSACTION));
    await pMap(batches, batch => client.submitTransaction(batch), { concurrency: CONCURRENT_TRANSACTIONS });
  }

  return {
    async current() {
      const recorded = await readCurrent(client, CURRENT);
      if (recorded === undefined) return NO_AGENTS;
      const removalsSince = text(recorded['removalsSince']);
      return { id: text(recorded[CURRENT.column]), count: Number(recorded['count']), removalsSince };
    },

    async read(version) {
      const list = version.id === NO_AGENTS.id ? EMPTY_LIST : await readRows(version.id);
      if (rowCount(list) !== version.count) throw new StoreConflictError('The agents were replaced while being read.');
      return list;
    },

    readRemaining: readRows,

    write: ({ id }, { agents, tombstones }) =>
      translateWriteErrors(client, async () => {
        const entities = [...agents.map(agent => toEntity(id, agent)), ...tombstones.map(row => toTombstone(id, row))];
        const [first, ...others] = chunk(entities, ROWS_PER_TRANSACTION).map(batch =>
          // The version is nobody else's: a repetition, because an answer was lost, writes the same again.
          batch.map((entity): TransactionAction => ['upsert', entity, 'Replace']),
        );
        // The first one alone finds out whether the table exists.
        if (first !== undefined) await client.submitTransaction(first);
        await pMap(others, batch => client.submitTransaction(batch), { concurrency: CONCURRENT_TRANSACTIONS });
      }),

    remove: id => translateWriteErrors(client, () => removeRows(odata`PartitionKey eq ${id}`)),

    // Somebody else may record or remove the same at the same time.
    markCurrent: version => retryConflicts(ATTEMPTS, () => translateWriteErrors(client, () => record(version))),
  };
}
