import { RestError, TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { isOutageStatus, StoreConflictError, StoreUnavailableError, safeCause } from '../../errors/errors.ts';
import { codeOf, tlsInspectionHint } from '../../lib/tlsInspection.ts';
import type { Settings } from '../../settings.ts';
import { managedIdentity } from '../managedIdentity.ts';

type Policies = NonNullable<TableServiceClientOptions['additionalPolicies']>;

const REQUEST_TIMEOUT_MS = 5_000;

/**
 * A hanging request must end before the caller's patience does, also one whose answer stops in the middle: the time-out
 * of the SDK's own request ends with the headers.
 */
const TIMEOUT: Policies = [
  {
    position: 'perRetry',
    policy: {
      name: 'tableRequestTimeout',
      async sendRequest(request, next) {
        const given = request.abortSignal;
        const late = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
        request.abortSignal = given ? AbortSignal.any([given as AbortSignal, late]) : late;
        try {
          return await next(request);
        } finally {
          // The SDK sends the same request again: each try has its own time.
          if (given) request.abortSignal = given;
          else delete request.abortSignal;
        }
      },
    },
  },
];

/** The SDK takes a page of a proxy that comes with 200 for an empty list: rows would seem to be lost. */
const JSON_ALONE: Policies = [
  {
    position: 'perRetry',
    policy: {
      name: 'jsonAlone',
      async sendRequest(request, next) {
        const response = await next(request);
        const isRead = request.method === 'GET' && response.status === 200;
        if (!isRead || /\bjson\b/i.test(response.headers.get('content-type') ?? '')) return response;
        throw new RestError('The answer is not that of the service.');
      },
    },
  },
];

/** A client of one table; nothing is sent until it is used. */
export function tableClient(
  settings: Pick<Settings, 'storage' | 'managedIdentityClientId'>,
  table: string,
): TableClient {
  const { connection, isUrl } = settings.storage;
  const options = {
    retryOptions: { maxRetries: 2, retryDelayInMs: 100, maxRetryDelayInMs: 500 },
    additionalPolicies: [...TIMEOUT, ...JSON_ALONE],
  };
  if (isUrl) {
    const credential = managedIdentity(settings.managedIdentityClientId);
    return new TableClient(connection, table, credential, options);
  }
  // A connection string may point to the storage emulator, which speaks plain HTTP.
  return TableClient.fromConnectionString(connection, table, { ...options, allowInsecureConnection: true });
}

/** The error code of the service, which the SDK hides in the parsed body. */
function serviceCode(error: RestError): string {
  const details = error.details as { odataError?: { code?: string } } | undefined;
  return details?.odataError?.code ?? error.code ?? '';
}

function isMissingTable(error: unknown): boolean {
  return error instanceof RestError && serviceCode(error) === 'TableNotFound';
}

/** Only what the service itself says is missing is: another 404 may come from a wrong address, or a proxy. */
export function isMissingRow(error: unknown): boolean {
  return error instanceof RestError && ['ResourceNotFound', 'EntityNotFound'].includes(serviceCode(error));
}

/** Turns what the SDK throws into one of our own errors, with a sentence for the administrator. */
function storeError(error: unknown): Error {
  const cause = safeCause(error);
  if (error instanceof Error && error.name === 'AbortError') {
    return new StoreUnavailableError('Table Storage did not answer in time. The connector tries again by itself.', {
      cause,
      isOutage: true,
    });
  }
  if (!(error instanceof RestError)) {
    return new StoreUnavailableError(
      'Table Storage could not be used. Check PRESENCE_STORAGE and the managed identity.',
      {
        cause,
      },
    );
  }
  const { statusCode } = error;
  if (statusCode === 412 || isMissingRow(error) || serviceCode(error) === 'EntityAlreadyExists') {
    return new StoreConflictError('Another instance wrote first.', { cause });
  }
  if (statusCode === 401 || statusCode === 403) {
    return new StoreUnavailableError(
      'Table Storage refused the connector. Give its managed identity the role Storage Table Data Contributor.',
      { cause },
    );
  }
  return new StoreUnavailableError(
    statusCode === undefined
      ? `Table Storage cannot be reached.${tlsInspectionHint(codeOf(error)) || ' Check PRESENCE_STORAGE and the network.'}`
      : `Table Storage answered ${statusCode}. The connector tries again by itself.`,
    { cause, isOutage: isOutageStatus(statusCode ?? 0) },
  );
}

/** Runs a read or write and translates what goes wrong. */
export async function translateErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error);
  }
}

/** Runs a read; a table that does not exist reads as empty. */
export async function translateReadErrors<T>(work: () => Promise<T>, empty: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isMissingTable(error)) return empty;
    throw storeError(error);
  }
}

/** Reads one row; undefined when the row or its table does not exist. */
export function readRow(client: TableClient, { partitionKey, rowKey }: { partitionKey: string; rowKey: string }) {
  return translateReadErrors(async () => {
    try {
      return await client.getEntity(partitionKey, rowKey);
    } catch (error) {
      if (isMissingRow(error)) return undefined;
      throw error;
    }
  }, undefined);
}

/** Runs a write; a table that does not exist is created first. */
export async function translateWriteErrors<T>(client: TableClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isMissingTable(error)) throw storeError(error);
  }
  return translateErrors(async () => {
    await client.createTable();
    return work();
  });
}

export function etagOf(response: { etag?: string }): string {
  if (response.etag === undefined) throw new Error('the write answered without an ETag');
  return response.etag;
}
