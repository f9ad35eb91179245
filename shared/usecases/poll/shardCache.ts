import { boundedMap } from '../../domain/boundedMap.ts';
import type { PresenceRow } from '../../domain/presence/teamsPresence.ts';
import type { Head } from '../../domain/snapshot/head.ts';
import type { Fence, PresenceStore } from '../../ports/presenceStore.ts';

const CONCURRENT_LOADS = 8;

export interface ShardMemory {
  readonly rows: Map<string, PresenceRow>;
  fence: Fence;
}

/**
 * What a poller remembers of the stored rows, so that a quiet cycle reads nothing but the head.
 * The memory holds only while nobody else published, and nobody announced in the head to be writing: rows written by
 * a poller that died before publishing would otherwise be taken for its own older ones.
 */
export class RowMemory {
  readonly #store: PresenceStore;
  #basis = '';
  #shards: ShardMemory[] = [];

  constructor(store: PresenceStore) {
    this.#store = store;
  }

  static #basisOf(head: Head): string {
    return `${head.epoch}/${head.revision}/${head.agents.id}`;
  }

  shard(index: number): ShardMemory {
    const memory = this.#shards[index];
    if (memory === undefined) throw new RangeError(`shard ${index} is not loaded`);
    return memory;
  }

  /**
   * Brings the memory up to the head.
   * @param count how many shards to hold
   * @returns true when another poller had announced to be writing: every shard was taken over from it, and any of
   *   their rows may be newer than what is published
   */
  async load(head: Head, count: number): Promise<boolean> {
    const tookOver = head.writing !== '';
    const loaded = this.#shards.length;
    if (tookOver || this.#basis !== RowMemory.#basisOf(head)) this.forget();
    if (this.#basis !== '' && loaded >= count) return false;
    const missing = Array.from({ length: count - this.#shards.length }, (_, index) => this.#shards.length + index);
    const shards = await boundedMap(missing, CONCURRENT_LOADS, async shard => {
      if (tookOver) await this.#store.takeOver(shard);
      const { rows, fence } = await this.#store.readShard(shard);
      return { rows: new Map(rows.map(row => [row.userId, row])), fence };
    });
    this.#shards.push(...shards);
    this.#basis = RowMemory.#basisOf(head);
    return tookOver;
  }

  /** The memory now equals what this head publishes, because this poller wrote it. */
  published(head: Head): void {
    this.#basis = RowMemory.#basisOf(head);
    this.#shards.length = Math.min(this.#shards.length, head.shards.length);
  }

  forget(): void {
    this.#basis = '';
    this.#shards = [];
  }
}
