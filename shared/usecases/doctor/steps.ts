import type { Credentials } from '../../domain/signIn/credentials.ts';
import type { Permissions } from '../../domain/signIn/permissions.ts';
import { describeFault } from '../../errors/errors.ts';
import type { AccessToken } from '../../ports/tokenProvider.ts';

export type StepStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** What a step found. Texts never hold a secret, a token or the name of an agent. */
export interface Finding {
  readonly status: StepStatus;
  readonly seen: string;
  /** The next thing to do; empty when there is nothing. */
  readonly todo: string;
  /** Section of the guide, where it is not that of the step. */
  readonly guide?: string;
}

export interface Step extends Finding {
  readonly id: string;
  readonly title: string;
  /** Section of the set-up guide. */
  readonly guide: string;
}

/** What earlier steps learned and later ones build on. */
export interface Examination {
  credentials?: Credentials;
  /** Why the vault's values are no credentials. */
  valuesFault?: Error;
  /** What the application's own sign-in gave: a token, or why there is none. */
  application?: AccessToken | Error;
  user?: AccessToken | Error;
  /** Undefined as long as there is no token, or one that nobody can read. */
  applicationPermissions?: Permissions | undefined;
  userPermissions?: Permissions | undefined;
  /** Object ids of a few people, to try the reading of presence on. */
  someone?: readonly string[];
}

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly guide: string;
  /** Steps without which this one cannot say anything. */
  readonly needs: readonly string[];
  run(examination: Examination): Promise<Finding>;
}

export const ok = (seen: string): Finding => ({ status: 'ok', seen, todo: '' });
export const warning = (seen: string, todo: string): Finding => ({ status: 'warning', seen, todo });
export const failed = (seen: string, todo: string): Finding => ({ status: 'failed', seen, todo });
export const skipped = (seen: string, todo = ''): Finding => ({ status: 'skipped', seen, todo });

/** A check that fails in a way it did not foresee is a failed step, not the end of the examination. */
async function attempted(run: Check['run'], examination: Examination): Promise<Finding> {
  try {
    return await run(examination);
  } catch (error) {
    return failed(describeFault(error).message, 'Run the doctor again in a minute.');
  }
}

/** All that waits for one cause, as one step: nobody is to look for the fault in them. */
function foldWaiting(cause: string, titles: readonly string[]): Step {
  const [first = '', ...others] = titles;
  const title = others.length === 0 ? first : `${titles.length} steps, from "${first}" to "${others.at(-1)}"`;
  return { id: 'waiting', title, guide: '', ...skipped(`not checked: first mend "${cause}"`) };
}

/**
 * Runs checks in order; one whose ground failed is skipped, so that only the cause stands as failed.
 * @param report told each step as it ends, and last of all one step for each cause that others wait for
 */
export async function examine(checks: readonly Check[], report: (step: Step) => void): Promise<Step[]> {
  const examination: Examination = {};
  const groundless = new Map<string, string>();
  const waiting = new Map<string, string[]>();
  const steps: Step[] = [];
  const tell = (step: Step) => {
    steps.push(step);
    report(step);
  };
  for (const { id, title, guide, needs, run } of checks) {
    const cause = needs.map(need => groundless.get(need)).find(found => found !== undefined);
    if (cause === undefined) {
      const step = { id, title, guide, ...(await attempted(run, examination)) };
      if (step.status === 'failed') groundless.set(id, title);
      tell(step);
    } else {
      groundless.set(id, cause);
      waiting.set(cause, [...(waiting.get(cause) ?? []), title]);
    }
  }
  for (const [cause, titles] of waiting) tell(foldWaiting(cause, titles));
  return steps;
}
