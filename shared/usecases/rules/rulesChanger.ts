import { isDeepStrictEqual } from 'node:util';
import { isMapped } from '../../domain/agents/agent.ts';
import { judge, type RuleDecision } from '../../domain/rules/judge.ts';
import { offersWhileBusy } from '../../domain/rules/offersWhileBusy.ts';
import { DEFAULT_RULES, type RuleSet, readRulesFile, rulesText } from '../../domain/rules/ruleSet.ts';
import { renewedHead } from '../../domain/snapshot/head.ts';
import type { PresenceRecord } from '../../domain/snapshot/record.ts';
import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import { nextVersionId } from '../../domain/snapshot/versionId.ts';
import { RulesChangeRefused } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import type { PresenceReader } from '../read/presenceReader.ts';
import { bestEffort } from '../state/bestEffort.ts';
import { readOrCreateHead, type Stores } from '../state/readOrCreateHead.ts';

const ATTEMPTS = 5;
const PREFIX = 'r';

interface ChangeRulesDeps extends Stores {
  readonly reader: PresenceReader;
  readonly clock: Clock;
}

export interface ChangeRulesOptions {
  readonly dryRun: boolean;
  /** Values that Microsoft does not list are meant. */
  readonly allowUnknownValues?: boolean;
  /** It is meant that somebody in a call may be offered another one. */
  readonly allowCalls?: boolean;
  /** The versions of the rules the change may be based on; undefined when it does not matter. */
  readonly ifMatch: readonly string[] | undefined;
}

/** What so many agents were called before and are called now. */
interface RuleChange {
  readonly agents: number;
  readonly from: string;
  readonly to: string;
  readonly reachableFrom: number;
  readonly reachableTo: number;
}

export interface RulesResult {
  readonly ruleSet: RuleSet;
  /** Agents of whom something is different, be it the name of the rule alone. */
  readonly changed: number;
  readonly changes: readonly RuleChange[];
  /** Of a dry run: 1 when the change would be refused without `allowCalls`. */
  readonly wouldRefuse?: 0 | 1;
}

type Result = RuleDecision['result'];

function isSame(before: PresenceRecord, after: Result): boolean {
  return (
    before.telStatus === after.telStatus &&
    before.reachable === after.reachable &&
    before.agentStatus === after.agentStatus &&
    before.rule === after.rule
  );
}

/** What other rules would make of everybody at this moment. */
function changesBy(snapshot: Snapshot, { compiled }: RuleSet, now: number): RuleChange[] {
  const counts = new Map<string, RuleChange>();
  for (const [position, { reading, freshness, record }] of snapshot.entries.entries()) {
    const agent = snapshot.index.agents[position];
    if (agent === undefined) continue;
    const { result } = judge(agent, reading, freshness, compiled, now);
    if (isSame(record, result)) continue;
    const change = {
      from: record.rule,
      to: result.rule,
      reachableFrom: record.reachable,
      reachableTo: result.reachable,
    };
    const key = JSON.stringify(change);
    counts.set(key, { agents: (counts.get(key)?.agents ?? 0) + 1, ...change });
  }
  return [...counts.values()].sort((a, b) => b.agents - a.agents);
}

/**
 * Changes the rules in one write, that of the head: every instance applies the new ones with the next reading of it.
 *
 * The returned function takes the uploaded text, or undefined for the default rules. It throws RulesChangeRefused
 * (`malformed_rules`, `would_offer`, `changed_meanwhile`) and StoreUnavailableError; after either the rules are those from before.
 */
export function rulesChanger({ presence, agents, rules, reader, clock }: ChangeRulesDeps) {
  async function switchHead(ruleSet: RuleSet, before: string): Promise<void> {
    await retryConflicts(ATTEMPTS, async () => {
      const { head, etag } = await readOrCreateHead({ presence, agents, rules });
      // The answer to a write that counted may have been lost, and its repetition refused.
      if (head.rules === ruleSet.id) return;
      if (head.rules !== before) throw changedMeanwhile();
      await presence.replaceHead(renewedHead(head, { rules: ruleSet.id }), etag);
    });
  }

  return async (text: string | undefined, options: ChangeRulesOptions): Promise<RulesResult> => {
    const { dryRun, ifMatch } = options;
    const current = (await readOrCreateHead({ presence, agents, rules })).head.rules;
    if (ifMatch?.includes(current) === false) throw changedMeanwhile();
    const id = nextVersionId(PREFIX, current, await rules.current());
    const ruleSet = text === undefined ? { ...DEFAULT_RULES, id } : readRulesFile(text, id, options);
    const { snapshot } = await reader.read({ fresh: true });
    const offers = offersWhileBusy(
      ruleSet.compiled,
      snapshot.index.agents.filter(isMapped).map(({ group }) => group),
    );
    if (offers !== undefined && !dryRun && !options.allowCalls) throw wouldOfferTo(offers);
    const changes = changesBy(snapshot, ruleSet, clock());
    const changed = changes.reduce((sum, change) => sum + change.agents, 0);
    const same = snapshot.rules.id === current && isDeepStrictEqual(snapshot.rules.rules, ruleSet.rules);
    // What is not changed keeps its version.
    const unchanged = { ruleSet: { ...ruleSet, id: current }, changed, changes };
    if (dryRun) return { ...unchanged, wouldRefuse: offers !== undefined && !options.allowCalls ? 1 : 0 };
    if (same) return unchanged;
    await rules.write(id, rulesText(ruleSet));
    await switchHead(ruleSet, current);
    await bestEffort(() => rules.markCurrent(id));
    return { ruleSet: ruleSet, changed, changes };
  };
}

function wouldOfferTo(agents: number): RulesChangeRefused {
  const who = agents === 0 ? 'people' : `${agents} agents`;
  return new RulesChangeRefused(
    'would_offer',
    `Nothing was changed: by these rules ${who} could be offered a call while they are in one, present or do not want to be disturbed. Put a rule above that says so; if it is meant, add ?allowCalls=1.`,
  );
}

function changedMeanwhile(): RulesChangeRefused {
  return new RulesChangeRefused('changed_meanwhile', 'Nothing was changed: the rules are no longer those of If-Match.');
}

export type RulesChanger = ReturnType<typeof rulesChanger>;
