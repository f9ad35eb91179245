import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Agent, ask, askJson, NoAnswer } from './api.ts';
import { type Finding, problemIn } from './problems.ts';
import type { Say } from './words.ts';

interface UploadReport {
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
}

/** A list that was chosen, and what it would do; or that was uploaded, with the list from before. */
type Stage =
  | { readonly name: 'choose'; readonly restored?: UploadReport }
  | { readonly name: 'tried'; readonly file: Chosen; readonly etag: string; readonly report: UploadReport }
  | { readonly name: 'done'; readonly report: UploadReport; readonly before: string };

/** A file as it was when it was chosen: what was tried is what is uploaded, whatever becomes of the file. */
interface Chosen {
  readonly name: string;
  readonly bytes: ArrayBuffer;
}

const JSON_TYPE = 'application/json';
const typeOf = ({ name }: Chosen) => (name.toLowerCase().endsWith('.json') ? JSON_TYPE : 'text/csv');

function Names({ title, names }: { readonly title: string; readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <>
      <h3>
        {title} ({names.length})
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

function Counts({ report: { count, mapped, added, changed, removed }, say }: CountsProps) {
  return <p>{say('uploadCounts', count, mapped, added, changed, removed)}</p>;
}

interface DetailsProps extends CountsProps {
  /** Those on the page, for their names. */
  readonly agents: readonly Agent[];
}

function Details({ report, say, agents }: DetailsProps) {
  const { attention } = report;
  const nameOf = new Map(agents.map(({ agentId, displayName }) => [agentId, displayName]));
  const named = (agentId: string) => `${agentId} ${nameOf.get(agentId) ?? ''}`.trim();
  const remapped = (report.wouldRemap ?? []).map(({ agentId, from, to }) => `${named(agentId)}: ${from} → ${to}`);
  const line = (number: number) => (number > 0 ? say('line', number) : '');
  return (
    <>
      <Names title={say('wouldAdd')} names={report.wouldAdd ?? []} />
      <Names title={say('wouldChange')} names={(report.wouldChange ?? []).map(named)} />
      <Names title={say('wouldRemove')} names={(report.wouldRemove ?? []).map(named)} />
      <Names title={say('wouldRemap')} names={remapped} />
      <Names title={say('wouldBeUnreachable')} names={(report.wouldBeUnreachable ?? []).map(named)} />
      <Names
        title={say('attention')}
        names={attention.map(item => `${line(item.line)} ${named(item.agentId)}: ${problemIn(item, say)}`)}
      />
    </>
  );
}

interface UploadPanelProps {
  readonly storedKey: string;
  readonly say: Say;
  readonly agents: readonly Agent[];
}

/** A new list: what it would do first, then the upload, then the way back. */
export function UploadPanel({ storedKey, say, agents }: UploadPanelProps) {
  const [stage, setStage] = useState<Stage>({ name: 'choose' });
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const outcome = useRef<HTMLDivElement>(null);
  // The button that was pressed is gone: whoever uses the keyboard goes on where the answer stands.
  useLayoutEffect(() => {
    if (stage.name === 'done' || (stage.name === 'choose' && stage.restored)) outcome.current?.focus();
  }, [stage]);
  const put = (query: string, type: string, body: BodyInit, headers: Record<string, string> = {}) =>
    askJson<UploadReport>(`v1/agents${query}`, storedKey, {
      method: 'PUT',
      headers: { ...headers, 'content-type': type },
      body,
    });
  /** One step after the other, each with what went wrong. */
  const step = async (action: () => Promise<Stage>) => {
    setBusy(true);
    setFaults([]);
    try {
      setStage(await action());
    } catch (error) {
      if (!(error instanceof NoAnswer)) setFaults([String(error)]);
      else if (error.status === 401) setFaults([say('needsManagementKey')]);
      else {
        // The sentence names the first fault already.
        setFaults(error.faults.length > 0 ? error.faults.map(said) : [said(error.message) || say('networkBanner')]);
      }
    }
    setBusy(false);
  };
  /** What is said to programs, for somebody with a file. */
  const said = (fault: string) => {
    if (fault.startsWith('The body is empty')) return say('emptyFile');
    return fault.includes('there is a header and no row') ? say('headerOnly') : fault;
  };
  const download = () =>
    step(async () => {
      const file = await (await ask('v1/agents', storedKey, { headers: { accept: 'text/csv' } })).blob();
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = 'agents.csv';
      link.click();
      URL.revokeObjectURL(link.href);
      return stage;
    });
  const current = () => ask('v1/agents', storedKey, { headers: { accept: JSON_TYPE } });
  const dryRun = (chosen: File) => {
    // A file that is refused must not leave the one before to be uploaded.
    setStage({ name: 'choose' });
    return step(async () => {
      const file = { name: chosen.name, bytes: await chosen.arrayBuffer() };
      const etag = (await current()).headers.get('etag') ?? '';
      return { name: 'tried', file, etag, report: await put('?dryRun=1', typeOf(file), file.bytes) };
    });
  };
  const upload = (file: Chosen, etag: string, all: boolean) =>
    step(async () => {
      const before = await (await current()).text();
      const report = await put(
        all ? '?replaceAll=1' : '',
        typeOf(file),
        file.bytes,
        etag === '' ? {} : { 'if-match': etag },
      );
      return { name: 'done', report, before };
    });
  const undo = (before: string) =>
    step(async () => {
      return { name: 'choose', restored: await put('?replaceAll=1', JSON_TYPE, before) };
    });
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    setOver(false);
    const file = event.dataTransfer?.files[0];
    if (file !== undefined && !busy) dryRun(file);
  };
  // A file that misses the box must not take the place of the page.
  useLayoutEffect(() => {
    const prevent = (event: DragEvent) => event.preventDefault();
    window.addEventListener('dragover', prevent);
    window.addEventListener('drop', prevent);
    return () => {
      window.removeEventListener('dragover', prevent);
      window.removeEventListener('drop', prevent);
    };
  }, []);
  return (
    <>
      <p>
        <button type="button" disabled={busy} onClick={download}>
          {say('currentList')}
        </button>
      </p>
      {stage.name !== 'done' && (
        <label
          class={isOver ? 'drop over' : 'drop'}
          onDragEnter={() => setOver(true)}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          {say('chooseFile')}
          <input
            type="file"
            accept=".csv,.json,.txt"
            disabled={busy}
            onChange={event => {
              const file = event.currentTarget.files?.[0];
              if (file !== undefined) dryRun(file);
            }}
          />
        </label>
      )}
      <div ref={outcome} tabIndex={-1} aria-live="polite">
        {busy && <p>{say('wait')}</p>}
        {faults.length > 0 && (
          <ul class="warning">
            {faults.map(fault => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
        )}
        {stage.name === 'choose' && stage.restored && <p>{say('restored', stage.restored.count)}</p>}
        {stage.name === 'tried' && (
          <h3>
            <bdi>{stage.file.name}</bdi>
          </h3>
        )}
        {stage.name !== 'choose' && <Counts report={stage.report} say={say} />}
        {stage.name === 'tried' && (
          <p>
            {stage.report.wouldRefuse === 1 && <span class="warning">{say('moreThanHalf')} </span>}
            <button
              type="button"
              disabled={busy}
              onClick={() => upload(stage.file, stage.etag, stage.report.wouldRefuse === 1)}
            >
              {say(stage.report.wouldRefuse === 1 ? 'uploadAnyway' : 'uploadNow')}
            </button>
          </p>
        )}
        {stage.name === 'done' && (
          <p>
            {say('uploaded')}{' '}
            <button type="button" disabled={busy} onClick={() => undo(stage.before)}>
              {say('undo')}
            </button>
          </p>
        )}
        {stage.name !== 'choose' && <Details report={stage.report} say={say} agents={agents} />}
      </div>
    </>
  );
}
