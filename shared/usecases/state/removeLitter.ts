import { documentKeys, type Head } from '../../domain/snapshot/head.ts';
import type { PresenceStore } from '../../ports/presenceStore.ts';
import { bestEffort } from './bestEffort.ts';

/**
 * Removes the documents that no head names, such as those of a writer who died. They are listed before the head is
 * replaced: whoever wrote one of them and has not published it by then loses the head, and writes it anew.
 * @param replaceHead gives the head that it has written
 * @returns this head, and whether nothing is left
 */
export async function removeLitter(
  store: PresenceStore,
  replaceHead: () => Promise<Head>,
): Promise<{ readonly head: Head; readonly isTidy: boolean }> {
  const listed = await store.listDocuments();
  const head = await replaceHead();
  const named = new Set(documentKeys(head).map(({ key }) => key));
  const litter = listed.filter(({ key }) => !named.has(key));
  const isTidy = litter.length === 0 || (await bestEffort(() => store.removeDocuments(litter)));
  return { head, isTidy };
}
