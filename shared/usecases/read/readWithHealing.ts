import type { Head } from '../../domain/snapshot/head.ts';
import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import type { Log } from '../../ports/log.ts';
import type { PresenceReader } from './presenceReader.ts';

/**
 * What is published, for the ACD: when the timer has stopped, Teams is read first.
 * @param heal resolves to true when there is something new to read
 */
export function readWithHealing(reader: PresenceReader, heal: (head: Head, log: Log) => Promise<boolean>) {
  return async (log: Log): Promise<{ readonly view: Snapshot; readonly fault: unknown }> => {
    const first = await reader.read();
    // Tables that cannot be read cannot be polled into either.
    const healed = first.fault === undefined && (await heal(first.view.head, log));
    return healed ? reader.read({ fresh: true }) : first;
  };
}
