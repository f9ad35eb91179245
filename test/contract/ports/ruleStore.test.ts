import { describe, expect, test } from 'vitest';
import { ADAPTERS } from '../../support/stores.ts';

describe.each(ADAPTERS)('the rules in %s', (_name, create) => {
  test('are none at first, then those that are marked as current', async () => {
    const { rules } = create();
    expect([await rules.current(), await rules.read('r1')]).toEqual(['', undefined]);
    await rules.write('r0000000001-a', '{"preset":"strict"}');
    expect(await rules.current()).toBe('');
    await rules.markCurrent('r0000000001-a');
    expect([await rules.current(), await rules.read('r0000000001-a')]).toEqual([
      'r0000000001-a',
      '{"preset":"strict"}',
    ]);
  });

  test('of before are removed, and never become current again', async () => {
    const { rules } = create();
    for (const id of ['r0000000001-a', 'r0000000002-a']) await rules.write(id, id);
    await rules.markCurrent('r0000000002-a');
    await rules.markCurrent('r0000000001-a');
    expect([await rules.current(), await rules.read('r0000000001-a'), await rules.read('r0000000002-a')]).toEqual([
      'r0000000002-a',
      undefined,
      'r0000000002-a',
    ]);
  });

  test('may be written again, as whoever lost the answer does', async () => {
    const { rules } = create();
    for (let turn = 0; turn < 2; turn += 1) await rules.write('r0000000001-a', 'text');
    await Promise.all([rules.markCurrent('r0000000001-a'), rules.markCurrent('r0000000001-a')]);
    expect(await rules.read('r0000000001-a')).toBe('text');
  });
});
