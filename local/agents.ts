import { runCommand } from './command.ts';
import { agents } from './commands/agents.ts';
import { throughProxy } from './throughProxy.ts';

await runCommand(throughProxy(agents));
