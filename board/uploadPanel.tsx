import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Agent, ask, askJson, inTime, NoAnswer, wasOvertaken } from './api.ts';
import { failureWords } from './banner.tsx';
import { Counts, Details, type UploadReport } from './uploadReport.tsx';
import type { Say } from './words.ts';

/** A list that was chosen, and what it would do; or that was uploaded, with the list from before. */
type Stage =
  | { readonly name: 'choose'; readonly restored?: UploadReport }
  | { readonly name: 'tried'; readonly file: Chosen; readonly etag: string; readonly report: UploadReport }
  | { readonly name: 'done'; readonly report: UploadReport; readonly before: string; readonly after: string };

/** A file as it was when it was chosen: what was tried is what is uploaded, whatever becomes of the file. */
interface Chosen {
  readonly name: string;
  readonly bytes: ArrayBuffer;
}

/** A list of thousands over a slow line. */
const LIST_MS = 60_000;
const JSON_TYPE = 'application/json';
const matching = (etag: string): Record<string, string> => (etag === '' ? {} : { 'if-match': etag });
const typeOf = ({ name }: Chosen) => (name.toLowerCase().endsWith('.json') ? JSON_TYPE : 'text/csv');

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
      // The sentence names the first fault already.
      const own = error instanceof NoAnswer ? error.faults : [];
      if (own.length > 0) setFaults(own.map(said));
      else if (error instanceof NoAnswer && error.status === 400) setFaults([said(error.message)]);
      else setFaults([failureWords(error, say)]);
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
  const current = () => ask('v1/agents', storedKey, { headers: { accept: JSON_TYPE }, signal: inTime(LIST_MS) });
  const tried = async (file: Chosen): Promise<Stage> => {
    const etag = (await current()).headers.get('etag') ?? '';
    return { name: 'tried', file, etag, report: await put('?dryRun=1', typeOf(file), file.bytes) };
  };
  const dryRun = (chosen: File) => {
    // A file that is refused must not leave the one before to be uploaded.
    setStage({ name: 'choose' });
    return step(async () => {
      const bytes = await chosen.arrayBuffer().catch(() => undefined);
      if (bytes === undefined) throw new NoAnswer(400, say('noFile'));
      return tried({ name: chosen.name, bytes });
    });
  };
  const upload = (file: Chosen, etag: string, all: boolean) =>
    step(async () => {
      const before = await (await current()).text();
      try {
        const done = await put(all ? '?replaceAll=1' : '', typeOf(file), file.bytes, matching(etag));
        return { name: 'done', before, report: done, after: await (await current()).text() };
      } catch (error) {
        if (!wasOvertaken(error)) throw error;
        setStage(await tried(file));
        throw new NoAnswer(400, say('listChanged'));
      }
    });
  const undo = (before: string, after: string) =>
    step(async () => {
      const now = await current();
      // A sync with the directory makes another version of the same rows: that is nobody else's change.
      const isChanged = (await now.text()) !== after;
      try {
        if (isChanged) throw new NoAnswer(412, '');
        const restored = await put('?replaceAll=1', JSON_TYPE, before, matching(now.headers.get('etag') ?? ''));
        return { name: 'choose', restored };
      } catch (error) {
        if (!wasOvertaken(error)) throw error;
        setStage({ name: 'choose' });
        throw new NoAnswer(400, say('noUndo'));
      }
    });
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    setOver(false);
    const [file, another] = event.dataTransfer?.files ?? [];
    if (another !== undefined) {
      // The one before must not be left to be uploaded.
      setStage({ name: 'choose' });
      setFaults([say('oneFile')]);
    } else if (file !== undefined && !busy) dryRun(file);
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
              // The same file may be chosen again once it is mended.
              event.currentTarget.value = '';
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
            <button type="button" disabled={busy} onClick={() => undo(stage.before, stage.after)}>
              {say('undo')}
            </button>
          </p>
        )}
        {stage.name !== 'choose' && <Details report={stage.report} say={say} agents={agents} />}
      </div>
    </>
  );
}
