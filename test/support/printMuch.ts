/** A command that prints somewhat more than a pipe holds, and says on the other pipe when it has done so. */
import { runCommand } from '../../local/command.ts';

await runCommand(async (_words, { print, complain }) => {
  for (let line = 0; line < 1_000; line += 1) print('x'.repeat(99));
  complain('printed');
  return 3;
});
