import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { askJson, inTime } from './api.ts';
import { failureWords } from './banner.tsx';
import { type Finding, problemIn } from './problemIn.ts';
import { NEVER_SECONDS } from './useList.ts';
import { ruleWord, type Say } from './words.ts';

interface DialogProps {
  readonly title: string;
  readonly say: Say;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, say, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-label={title}>
      <div class="top">
        <h2>
          <bdi>{title}</bdi>
        </h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          {say('done')}
        </button>
      </div>
      {children}
    </dialog>
  );
}

interface AnswerProps<T> {
  readonly route: string;
  /** When it becomes another, the answer may be another too: it is asked for anew, and shown until then. */
  readonly occasion?: string;
  readonly storedKey: string;
  readonly say: Say;
  readonly render: (answer: T, say: Say) => ComponentChildren;
}

/** The doctor takes his time. */
const ANSWER_MS = 60_000;

/** What a management route answers, once it does. */
export function Answer<T>({ route, occasion = '', storedKey, say, render }: AnswerProps<T>) {
  const [shown, setShown] = useState<ComponentChildren>(say('wait'));
  useEffect(() => {
    let over = false;
    const show = (content: ComponentChildren) => over || setShown(content);
    askJson<T>(route, storedKey, { signal: inTime(ANSWER_MS) })
      .then(answer => show(render(answer, say)))
      .catch(error => show(failureWords(error, say)));
    return () => {
      over = true;
    };
  }, [route, occasion]);
  return <div aria-live="polite">{shown}</div>;
}

export interface Explanation {
  readonly why: string;
  readonly cause: string;
  readonly hint: string;
  readonly rule: string;
  readonly teamsAvailability: string;
  readonly teamsActivity: string;
  readonly ageSeconds: number;
  readonly userPrincipalName: string;
  readonly skipped: readonly { readonly rule: string; readonly why: string }[];
}

export function explained(said: Explanation, say: Say) {
  const teams = [said.teamsAvailability, said.teamsActivity].filter(text => text !== '').join(' / ');
  // A moment stays true while the dialog is open, an age does not.
  const readAt = new Date(Date.now() - said.ageSeconds * 1000).toLocaleTimeString(say.language);
  const age = said.ageSeconds === NEVER_SECONDS ? say('neverRead') : say('readAt', readAt);
  return (
    <>
      <p>
        <strong>{ruleWord(said.rule, say)}</strong> ({said.rule}): {said.why}.
      </p>
      <p>{[teams, age, said.userPrincipalName].filter(Boolean).join(' · ')}</p>
      {said.cause && <p class="warning">{said.cause}</p>}
      {said.hint && <p class="warning">{said.hint}</p>}
      {said.skipped.length > 0 && <h3>{say('notApplied')}</h3>}
      <ul>
        {said.skipped.map(({ rule, why }) => (
          <li key={rule}>
            {ruleWord(rule, say)}: {why}
          </li>
        ))}
      </ul>
    </>
  );
}

export interface Report {
  readonly count: number;
  readonly syncFault: string;
  readonly warning: string;
  readonly attention: readonly Finding[];
}

export function reported({ count, syncFault, warning, attention }: Report, say: Say) {
  const doubts = [syncFault, warning].filter(Boolean);
  return (
    <>
      {doubts.map(doubt => (
        <p key={doubt} class="warning">
          {doubt}
        </p>
      ))}
      {attention.length === 0 && doubts.length === 0 && <p>{say(count === 0 ? 'nobodyMapped' : 'allFound')}</p>}
      <ul>
        {attention.map(finding => (
          <li key={`${finding.agentId} ${finding.problem}`}>
            {finding.line > 0 && `${say('line', finding.line)} `}
            <strong>{finding.agentId}</strong>: {problemIn(finding, say)}
          </li>
        ))}
      </ul>
    </>
  );
}

export interface DoctorReport {
  readonly ageSeconds: number;
  readonly steps: readonly {
    readonly id: string;
    readonly title: string;
    readonly status: keyof typeof STEP_WORDS;
    readonly seen: string;
    readonly todo: string;
    readonly guide: string;
  }[];
  readonly jtel: Readonly<Record<string, string>>;
}

/** What is to be mended first. */
const URGENCY = ['failed', 'warning', 'ok', 'skipped'];
const STEP_WORDS = { ok: 'stepOk', warning: 'stepWarning', failed: 'stepFailed', skipped: 'stepSkipped' } as const;

export function examined({ ageSeconds, steps, jtel }: DoctorReport, say: Say) {
  const inOrder = steps.toSorted((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status));
  return (
    <>
      {ageSeconds > 0 && <p>{say('examinedAt', ageSeconds)}</p>}
      <ul>
        {inOrder.map(({ id, title, status, seen, todo, guide }) => (
          <li key={`${id} ${title}`} class={`step ${status}`}>
            <strong>{say(STEP_WORDS[status])}</strong> {title}: {seen}
            {todo && (
              <p>
                {todo} {guide && say('guideSection', guide)}
              </p>
            )}
          </li>
        ))}
      </ul>
      <h3>{say('forAcd')}</h3>
      <dl class="acd">
        {Object.entries(jtel).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
