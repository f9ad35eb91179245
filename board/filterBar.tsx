import type { Filters, Show } from './state.ts';
import type { Say } from './words.ts';

const EVERY_GROUP = '*';

interface FilterBarProps {
  readonly say: Say;
  readonly filters: Filters;
  readonly groups: readonly string[];
  readonly shows: readonly Show[];
  readonly onChange: (changes: Partial<Filters>) => void;
}

export function FilterBar({ say, filters, groups, shows, onChange }: FilterBarProps) {
  const chooseGroup = (value: string) => onChange({ group: value === EVERY_GROUP ? undefined : value });
  return (
    <search class="filters">
      <label>
        {say('filter')}
        <input type="search" value={filters.text} onInput={event => onChange({ text: event.currentTarget.value })} />
      </label>
      <label>
        {say('group')}
        <select value={filters.group ?? EVERY_GROUP} onChange={event => chooseGroup(event.currentTarget.value)}>
          <option value={EVERY_GROUP}>{say('allGroups')}</option>
          {groups.map(group => (
            <option key={group} value={group}>
              {group || say('noGroup')}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say('show')}
        <select value={filters.show} onChange={event => onChange({ show: event.currentTarget.value as Show })}>
          {shows.map(show => (
            <option key={show} value={show}>
              {say(show)}
            </option>
          ))}
        </select>
      </label>
    </search>
  );
}
