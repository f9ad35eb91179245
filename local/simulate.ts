import { runCommand } from './command.ts';
import { simulate } from './commands/simulate.ts';

await runCommand(simulate);
