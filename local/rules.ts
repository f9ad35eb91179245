import { runCommand } from './command.ts';
import { rules } from './commands/rules.ts';
import { throughProxy } from './throughProxy.ts';

await runCommand(throughProxy(rules));
