import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { askJson, type NoAnswer } from './api.ts';
import { type Finding, problemIn } from './problems.ts';
import type { Say } from './words.ts';

interface DialogProps {
  readonly title: string;
  readonly say: Say;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, say, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-label={title}>
      <h2>
        <bdi>{title}</bdi>
      </h2>
      {children}
      <button type="button" onClick={() => dialog.current?.close()}>
        {say('done')}
      </button>
    </dialog>
  );
}

interface AnswerProps<T> {
  readonly route: string;
  readonly storedKey: string;
  readonly say: Say;
  readonly render: (answer: T, say: Say) => ComponentChildren;
}

/** What a management route answers, once it does. */
export function Answer<T>({ route, storedKey, say, render }: AnswerProps<T>) {
  const [shown, setShown] = useState<ComponentChildren>(say('wait'));
  useEffect(() => {
    askJson<T>(route, storedKey)
      .then(answer => setShown(render(answer, say)))
      .catch((error: NoAnswer) => setShown(error.status === 401 ? say('needsManagementKey') : error.message));
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
  return (
    <>
      <p>
        <strong>{said.rule}</strong>: {said.why}.
      </p>
      <p>{[teams, say('ageNow', said.ageSeconds), said.userPrincipalName].filter(Boolean).join(' · ')}</p>
      {said.cause && <p class="warning">{said.cause}</p>}
      {said.hint && <p class="warning">{said.hint}</p>}
      <ul>
        {said.skipped.map(({ rule, why }) => (
          <li key={rule}>
            {rule}: {why}
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
          <strong>{finding.agentId}</strong>: {problemIn(finding, say)}
        </li>
      ))}
    </ul>
  );
}

export interface DoctorReport {
  readonly steps: readonly {
    readonly id: string;
    readonly title: string;
    readonly status: string;
    readonly seen: string;
    readonly todo: string;
  }[];
}

export function examined({ steps }: DoctorReport) {
  return (
    <ul>
      {steps.map(({ id, title, status, seen, todo }) => (
        <li key={id} class={`step ${status}`}>
          <strong>{status}</strong> {title}: {seen} {todo}
        </li>
      ))}
    </ul>
  );
}
