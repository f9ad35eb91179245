import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, inTime, wasOvertaken } from './api.ts';
import { failureWords } from './banner.tsx';
import { ruleWord, type Say } from './words.ts';

const PRESETS = ['strict', 'acd-decides', 'calls-only'] as const;
type Preset = (typeof PRESETS)[number];
const isPreset = (name: string): name is Preset => PRESETS.some(preset => preset === name);

interface Rules {
  readonly preset: string;
  readonly rules: readonly {
    readonly id: string;
    readonly when: readonly Readonly<Record<string, unknown>>[];
    readonly telStatus: number;
    readonly reachable: number;
    readonly agentStatus: string;
    readonly settleSeconds: number;
  }[];
}

interface Effect {
  readonly changes: readonly {
    readonly agents: number;
    readonly from: string;
    readonly to: string;
    readonly reachableFrom: number;
    readonly reachableTo: number;
  }[];
}

const conditionText = (condition: Readonly<Record<string, unknown>>) =>
  Object.entries(condition)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : value}`)
    .join(' + ');

function Table({ rules, say }: { readonly rules: Rules['rules']; readonly say: Say }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say('rule')}</th>
          <th scope="col">{say('when')}</th>
          <th scope="col">{say('result')}</th>
        </tr>
      </thead>
      <tbody>
        {rules.map(({ id, when, reachable, agentStatus, settleSeconds }) => (
          <tr key={id}>
            <th scope="row">{ruleWord(id, say)}</th>
            <td>{when.map(conditionText).filter(Boolean).join('; ') || say('always')}</td>
            <td>
              {[
                say(reachable === 1 ? 'reachable' : 'notReachable'),
                settleSeconds > 0 && say('settles', settleSeconds),
                agentStatus,
              ]
                .filter(Boolean)
                .join(', ')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many people would become reachable, and how many would no longer be. */
function effectText({ changes }: Effect, say: Say): string {
  const sum = (from: number, to: number) =>
    changes
      .filter(change => change.reachableFrom === from && change.reachableTo === to)
      .reduce((total, { agents }) => total + agents, 0);
  return say('effect', sum(0, 1), sum(1, 0));
}

/** A change that is still looked for in the tables takes its time. */
const CHANGE_MS = 30_000;

interface RulesPanelProps {
  readonly storedKey: string;
  readonly say: Say;
}

/** The rules in force; another preset is tried first, then switched to. */
export function RulesPanel({ storedKey, say }: RulesPanelProps) {
  const [rules, setRules] = useState<Rules>();
  /** Of the rules as they were loaded: what is changed is what was looked at. */
  const etag = useRef('');
  const [tried, setTried] = useState<{ preset: Preset; effect: Effect }>();
  const [message, setMessage] = useState('');
  /** What counted before a switch, as it is uploaded. */
  const [before, setBefore] = useState<string>();
  const outcome = useRef<HTMLDivElement>(null);
  const fail = (error: unknown) => {
    setMessage(failureWords(error, say));
    if (!wasOvertaken(error)) return undefined;
    // Somebody else was faster: what is in force now has to be looked at first.
    setTried(undefined);
    setBefore(undefined);
    setMessage(say('rulesChanged'));
    return load();
  };
  const [busy, setBusy] = useState(false);
  const send = async (body: string, query: string): Promise<Effect> => {
    setBusy(true);
    const headers = { 'content-type': 'application/json', ...(etag.current !== '' && { 'if-match': etag.current }) };
    const question = { method: 'PUT', headers, body, signal: inTime(CHANGE_MS) };
    try {
      const answer = await ask(`v1/rules${query}`, storedKey, question);
      // The next change is one of what this one has made.
      if (!query.includes('dryRun')) etag.current = answer.headers.get('etag') ?? '';
      return (await answer.json()) as Effect;
    } finally {
      setBusy(false);
    }
  };
  const put = (preset: string, query: string) => send(JSON.stringify({ preset }), query);
  const load = () =>
    ask('v1/rules', storedKey, { signal: inTime() })
      .then(async answer => {
        etag.current = answer.headers.get('etag') ?? '';
        setRules((await answer.json()) as Rules);
      })
      .catch(error => setMessage(failureWords(error, say)));
  useEffect(() => void load(), [storedKey]);

  const tryPreset = (preset: Preset) => {
    setMessage('');
    put(preset, '?dryRun=1')
      .then(effect => {
        setTried({ preset, effect });
        outcome.current?.focus();
      })
      .catch(fail);
  };
  const switchTo = (preset: string) =>
    put(preset, '')
      .then(() => {
        setTried(undefined);
        setBefore(JSON.stringify(rules));
        setMessage(say('switched', preset));
        outcome.current?.focus();
        return load();
      })
      .catch(fail);
  // They counted before, so whatever they allow was meant.
  const goBack = (body: string) =>
    send(body, '?allowCalls=1&allowUnknownValues=1')
      .then(() => {
        // What was tried was tried against other rules.
        setTried(undefined);
        setBefore(undefined);
        setMessage(say('rulesRestored'));
        outcome.current?.focus();
        return load();
      })
      .catch(fail);
  return (
    <>
      {rules && (
        <>
          <p>
            {say('inForce', rules.preset || say('ownRules'))} {isPreset(rules.preset) && say(`preset-${rules.preset}`)}
          </p>
          <p class="choices">
            {PRESETS.filter(preset => preset !== rules.preset).map(preset => (
              <button key={preset} type="button" disabled={busy} onClick={() => tryPreset(preset)}>
                {say('tryPreset', preset)}
              </button>
            ))}
          </p>
        </>
      )}
      <div ref={outcome} tabIndex={-1} aria-live="polite">
        {message && <p>{message}</p>}
        {before !== undefined && (
          <p>
            <button type="button" disabled={busy} onClick={() => goBack(before)}>
              {say('rulesBack')}
            </button>
          </p>
        )}
        {tried && (
          <p>
            {tried.preset}: {say(`preset-${tried.preset}`)} {effectText(tried.effect, say)}{' '}
            {rules?.preset === '' && <span class="warning">{say('ownRulesLost')} </span>}
            <button type="button" disabled={busy} onClick={() => switchTo(tried.preset)}>
              {say('switchTo', tried.preset)}
            </button>
          </p>
        )}
      </div>
      {rules && <Table rules={rules.rules} say={say} />}
    </>
  );
}
