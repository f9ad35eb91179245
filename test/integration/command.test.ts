import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const SCRIPT = path.join(import.meta.dirname, '..', 'support', 'printMuch.ts');

/** Starts it, and waits until it has printed what nobody reads yet. */
async function printed() {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT]);
  let complaints = '';
  const said = new Promise<void>(resolve => {
    child.stderr.on('data', chunk => {
      complaints += chunk;
      if (complaints.includes('printed')) resolve();
    });
  });
  const ended = once(child, 'close').then(([code]) => code as number);
  await said;
  return { child, ended, complaints: () => complaints };
}

test('what is read late comes whole, and the command ends', async () => {
  const { child, ended } = await printed();
  expect(await text(child.stdout)).toHaveLength(100_000);
  expect(await ended).toBe(3);
});

test('a reader that has gone is no fault', async () => {
  const { child, ended, complaints } = await printed();
  child.stdout.destroy();
  expect([await ended, complaints()]).toEqual([3, 'printed\n']);
});
