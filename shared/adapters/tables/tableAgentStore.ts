import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import {
  ACCOUNT_STATES,
  type Agent,
  type AgentsVersion,
  NO_AGENTS,
  ORIGINS,
  RESOLUTIONS,
} from '../../domain/agents/agent.ts';
import { boundedMap } from '../../domain/boundedMap.ts';
import { StoreConflictError } from '../../errors/errors.ts';
import { chunk } from '../../lib/chunk.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import type { AgentStore } from '../../ports/agentStore.ts';
import { fromTime, text, toTime } from './columns.ts';
import { readCurrent, setCurrent } from './currentVersion.ts';
import { translateReadErrors, translateWriteErrors } from './tableClient.ts';

const CURRENT = { rowKey: 'agents', column: 'generation' };
/** Every generation's partition starts so, and ids sort by time: "older" is a range of partitions. */
const FIRST_GENERATION = 'g';
const ROWS_PER_TRANSACTION = 100;
const CONCURRENT_TRANSACTIONS = 4;
const ATTEMPTS = 4;

function toEntity(partitionKey: string, { agentId, removedAt, ...agent }: Agent) {
  return { partitionKey, rowKey: agentId, ...agent, removedAt: fromTime(removedAt) };
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
    numberKeys: text(entity['numberKeys']),
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
    aliases: text(entity['aliases']),
    directoryNumbers: text(entity['directoryNumbers']),
    shard: Number(entity['shard']),
    removedIn: text(entity['removedIn']),
    removedAt: toTime(entity['removedAt']),
  };
}

/** Agents in one table: a partition per generation, and one row that names the current generation. */
export function tableAgentStore(client: TableClient): AgentStore {
  function readRows(generation: string): Promise<Agent[]> {
    return translateReadErrors(async () => {
      const rows: Agent[] = [];
      const filter = odata`PartitionKey eq ${generation}`;
      for await (const entity of client.listEntities({ queryOptions: { filter } })) rows.push(fromEntity(entity));
      return rows;
    }, []);
  }

  async function record(generation: AgentsVersion): Promise<void> {
    if (!(await setCurrent(client, CURRENT, generation.id, { count: generation.count }))) return;
    await removeOlderThan(generation);
  }

  async function removeOlderThan(generation: AgentsVersion): Promise<void> {
    const filter = odata`PartitionKey ge ${FIRST_GENERATION} and PartitionKey lt ${generation.id}`;
    const queryOptions = { filter, select: ['PartitionKey', 'RowKey'] };
    const partitions = new Map<string, TransactionAction[]>();
    for await (const { partitionKey, rowKey } of client.listEntities({ queryOptions })) {
      if (partitionKey === undefined || rowKey === undefined) continue;
      const deletes = partitions.get(partitionKey) ?? [];
      deletes.push(['delete', { partitionKey, rowKey }]);
      partitions.set(partitionKey, deletes);
    }
    const batches = [...partitions.values()].flatMap(deletes => chunk(deletes, ROWS_PER_TRANSACTION));
    await boundedMap(batches, CONCURRENT_TRANSACTIONS, batch => client.submitTransaction(batch));
  }

  return {
    async current() {
      const recorded = await readCurrent(client, CURRENT);
      return recorded ? { id: text(recorded[CURRENT.column]), count: Number(recorded['count']) } : NO_AGENTS;
    },

    async read(generation) {
      const agents = generation.count === 0 ? [] : await readRows(generation.id);
      if (agents.length !== generation.count)
        throw new StoreConflictError('The agents were replaced while being read.');
      return agents;
    },

    readRemaining: readRows,

    write: (generation, agents) =>
      translateWriteErrors(client, async () => {
        const batches = chunk(agents, ROWS_PER_TRANSACTION).map(batch =>
          batch.map(agent => ['create', toEntity(generation.id, agent)] as TransactionAction),
        );
        const [first, ...others] = batches;
        // The first one alone finds out whether the table exists.
        if (first !== undefined) await client.submitTransaction(first);
        await boundedMap(others, CONCURRENT_TRANSACTIONS, batch => client.submitTransaction(batch));
      }),

    // Somebody else may record or remove the same at the same time.
    markCurrent: generation => retryConflicts(ATTEMPTS, () => translateWriteErrors(client, () => record(generation))),
  };
}
