import type { RuleStore } from '../../shared/ports/ruleStore.ts';

/** The port in memory. It passes the same contract suite as the adapter for Table Storage. */
export function memoryRuleStore(): RuleStore {
  let current = '';
  const texts = new Map<string, string>();
  return {
    current: async () => current,
    read: async id => texts.get(id),
    async write(id, rules) {
      texts.set(id, rules);
    },
    async markCurrent(id) {
      if (current > id) return;
      current = id;
      for (const known of texts.keys()) if (known < id) texts.delete(known);
    },
  };
}
