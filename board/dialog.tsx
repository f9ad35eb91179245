import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { askJson, inTime } from './api.ts';
import { failureWords } from './banner.tsx';
import { type Finding, problemIn } from './problems.ts';
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
  readonly storedKey: string;
  readonly say: Say;
  readonly render: (answer: T, say: Say) => ComponentChildren;
}

/** The doctor takes his time. */
const ANSWER_MS = 60_000;

/** What a management route answers, once it does. */
export function Answer<T>({ route, storedKey, say, render }: AnswerProps<T>) {
  const [shown, setShown] = useState<ComponentChildren>(say('wait'));
  useEffect(() => {
    askJson<T>(route, storedKey, { signal: inTime(ANSWER_MS) })
      .then(answer => setShown(render(answer, say)))
      .catch(error => setShown(failureWords(error, say)));
  }, [route]);
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
  const age = said.ageSeconds === NEVER_SECONDS ? say('neverRead') : say('ageNow', said.ageSeconds);
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
  readonly attention: readonly Finding[];
}

export function reported({ attention }: Report, say: Say) {
  if (attention.length === 0) return <p>{say('allFound')}</p>;
  return (
    <ul>
      {attention.map(finding => (
        <li key={`${finding.agentId} ${finding.problem}`}>
          {finding.line > 0 && `${say('line', finding.line)} `}
          <strong>{finding.agentId}</strong>: {problemIn(finding, say)}
        </li>
      ))}
    </ul>
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
  }[];
}

/** What is to be mended first. */
const URGENCY = ['failed', 'warning', 'ok', 'skipped'];
const STEP_WORDS = { ok: 'stepOk', warning: 'stepWarning', failed: 'stepFailed', skipped: 'stepSkipped' } as const;

export function examined({ ageSeconds, steps }: DoctorReport, say: Say) {
  const inOrder = steps.toSorted((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status));
  return (
    <>
      {ageSeconds > 0 && <p>{say('examinedAt', ageSeconds)}</p>}
      <ul>
        {inOrder.map(({ id, title, status, seen, todo }) => (
          <li key={`${id} ${title}`} class={`step ${status}`}>
            <strong>{say(STEP_WORDS[status])}</strong> {title}: {seen}
            {todo && <p>{todo}</p>}
          </li>
        ))}
      </ul>
    </>
  );
}
