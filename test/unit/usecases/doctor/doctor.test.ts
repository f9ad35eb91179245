import { expect, test } from 'vitest';
import { doctor } from '../../../../shared/usecases/doctor/doctor.ts';
import { type Check, ok } from '../../../../shared/usecases/doctor/steps.ts';

/** A doctor whose one step takes 4 s. */
function slowDoctor() {
  let now = 0;
  let runs = 0;
  const run: Check['run'] = async () => {
    now += 4_000;
    runs += 1;
    return ok(`run ${runs}`);
  };
  const ask = doctor([{ id: 'vault', title: 'The vault', guide: '', needs: [], run }], () => now);
  return { ask, pass: (seconds: number) => (now += seconds * 1_000) };
}

test('a result is given out for half a minute from its end, and says how old it is', async () => {
  const { ask, pass } = slowDoctor();
  expect(await ask()).toMatchObject({ state: 'ok', ageSeconds: 0, steps: [{ seen: 'run 1' }] });
  pass(29);
  expect(await ask()).toMatchObject({ ageSeconds: 29, steps: [{ seen: 'run 1' }] });
  pass(1);
  expect(await ask()).toMatchObject({ ageSeconds: 0, steps: [{ seen: 'run 2' }] });
});

test('who comes while an examination runs gets the same one', async () => {
  const { ask } = slowDoctor();
  const answers = await Promise.all([ask(), ask()]);
  expect(answers.map(({ steps }) => steps[0]?.seen)).toEqual(['run 1', 'run 1']);
});
