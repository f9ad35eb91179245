import { DEFAULT_RULES, type RuleSet, storedRules } from '../../domain/rules/ruleSet.ts';
import type { RuleStore } from '../../ports/ruleStore.ts';

/**
 * The rules that the head names. Rules that are gone, cannot be read, or were written by a version that knows more, are
 * replaced by the default ones; health says so, because their id is not the one in the head.
 */
export async function readRules(store: RuleStore, id: string): Promise<RuleSet> {
  const text = id === '' ? undefined : await store.read(id);
  return (text === undefined ? undefined : storedRules(text, id)) ?? DEFAULT_RULES;
}
