import type { Agent } from './api.ts';
import { type Finding, problemIn } from './problemIn.ts';
import type { Say } from './words.ts';

/** What an upload did, or would do. */
export interface UploadReport {
  readonly count: number;
  readonly mapped: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly wouldRefuse?: number;
  readonly wouldAdd?: readonly string[];
  readonly wouldChange?: readonly string[];
  readonly wouldRemove?: readonly string[];
  readonly wouldRemap?: readonly { readonly agentId: string; readonly from: string; readonly to: string }[];
  readonly wouldBeUnreachable?: readonly string[];
  readonly attention: readonly Finding[];
  readonly encoding?: string;
  readonly ignoredColumns?: readonly string[];
}

interface NamesProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly say: Say;
  /** How many there are, of whom not all may be named. */
  readonly count?: number;
}

function Names({ title, names, say, count = names.length }: NamesProps) {
  if (names.length === 0) return null;
  return (
    <>
      <h3>
        {title} ({count}){count > names.length && ` – ${say('firstOnes', names.length)}`}
      </h3>
      <ul>
        {names.map(name => (
          <li key={name}>
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

interface CountsProps {
  readonly report: UploadReport;
  readonly say: Say;
}

/** The numbers of it. */
export function Counts({ report: { count, mapped, added, changed, removed }, say }: CountsProps) {
  return <p>{say('uploadCounts', count, mapped, added, changed, removed)}</p>;
}

interface DetailsProps extends CountsProps {
  /** Those on the page, for their names. */
  readonly agents: readonly Agent[];
}

/** Whom it is about, and what has to be looked at. */
export function Details({ report, say, agents }: DetailsProps) {
  const { attention, encoding = 'utf-8', ignoredColumns = [] } = report;
  const nameOf = new Map(agents.map(({ agentId, displayName }) => [agentId, displayName]));
  const named = (agentId: string) => `${agentId} ${nameOf.get(agentId) ?? ''}`.trim();
  const remapped = (report.wouldRemap ?? []).map(({ agentId, from, to }) => `${named(agentId)}: ${from} → ${to}`);
  const line = (number: number) => (number > 0 ? say('line', number) : '');
  return (
    <>
      {ignoredColumns.length > 0 && <p class="warning">{say('ignoredColumns', ignoredColumns.join(', '))}</p>}
      {!encoding.startsWith('utf') && <p class="warning">{say('readAs', encoding)}</p>}
      <Names title={say('wouldAdd')} names={report.wouldAdd ?? []} count={report.added} say={say} />
      <Names
        title={say('wouldChange')}
        names={(report.wouldChange ?? []).map(named)}
        count={report.changed}
        say={say}
      />
      <Names
        title={say('wouldRemove')}
        names={(report.wouldRemove ?? []).map(named)}
        count={report.removed}
        say={say}
      />
      <Names title={say('wouldRemap')} names={remapped} say={say} />
      <Names title={say('wouldBeUnreachable')} names={(report.wouldBeUnreachable ?? []).map(named)} say={say} />
      <Names
        say={say}
        title={say('attention')}
        names={attention.map(item => `${line(item.line)} ${named(item.agentId)}: ${problemIn(item, say)}`)}
      />
    </>
  );
}
