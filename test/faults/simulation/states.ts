import type { TeamsPresence } from '../../../shared/domain/presence/teamsPresence.ts';
import { presence } from '../../support/builders.ts';
import type { Random } from '../../support/virtualTime.ts';

const STATES: readonly (readonly [availability: string, activity: string])[] = [
  ['Available', 'Available'],
  ['Busy', 'InACall'],
  ['Away', 'Away'],
  ['DoNotDisturb', 'Presenting'],
];

/** What Graph says of somebody: mostly plain, now and then spelt otherwise, new, or with a version stamp that says nothing. */
export function statesOf(random: Random) {
  let stamp = 1_000;

  function sequence(): string {
    stamp += 1 + random.below(3);
    if (random.oneIn(8)) return random.pick(['', 'x', '0', String(stamp - 500)]);
    return String(stamp);
  }

  return {
    first: (): TeamsPresence => presence('Available', 'Available', { sequence: sequence() }),
    any(): TeamsPresence {
      const [availability, activity] = random.oneIn(20) ? ['Meditating', 'InASauna'] : random.pick(STATES);
      const outOfOffice = random.oneIn(12);
      const spelt = random.oneIn(12) ? (text: string) => text.toUpperCase() : (text: string) => text;
      return presence(spelt(availability), spelt(activity), { sequence: sequence(), outOfOffice });
    },
  };
}
