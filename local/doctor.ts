import { runCommand } from './command.ts';
import { doctor } from './commands/doctor.ts';
import { throughProxy } from './throughProxy.ts';

await runCommand(throughProxy(doctor));
