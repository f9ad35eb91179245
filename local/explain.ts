import { runCommand } from './command.ts';
import { explain } from './commands/explain.ts';
import { throughProxy } from './throughProxy.ts';

await runCommand(throughProxy(explain));
