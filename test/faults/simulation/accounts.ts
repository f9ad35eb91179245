import type { Directory } from '../../../shared/ports/directory.ts';
import { directoryOf, user } from '../../support/directory.ts';
import type { Random } from '../../support/virtualTime.ts';

/** The accounts of everybody in Entra, which somebody disables, enables and renames. */
export function createAccounts(people: readonly number[], random: Random) {
  const disabled = new Set<number>();
  const names = new Map<number, string>();
  /** Of whom nobody can say what the connector knows of the account: it was changed, and there may have been a sync. */
  const unsure = new Set<number>();
  const now = () =>
    directoryOf(
      people.map(index =>
        user(index, { accountEnabled: !disabled.has(index), displayName: names.get(index) ?? `Person ${index}` }),
      ),
    );
  const directory: Directory = {
    findUsers: (...asked) => now().findUsers(...asked),
    listUsers: (...asked) => now().listUsers(...asked),
    listGroupMembers: (...asked) => now().listGroupMembers(...asked),
  };

  return {
    directory,
    unsure,
    disable(index: number): void {
      unsure.add(index);
      disabled.add(index);
    },
    /** Enables, disables or renames somebody. */
    change(): void {
      const index = random.pick(people);
      if (random.oneIn(3)) {
        names.set(index, `Person ${index} ${random.below(1_000)}`);
        return;
      }
      unsure.add(index);
      if (!disabled.delete(index)) disabled.add(index);
    },
    enableAll(): void {
      disabled.clear();
    },
  };
}
