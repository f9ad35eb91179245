import { isMapped } from '../../domain/agents/agent.ts';
import { ageSeconds, type FreshnessLimits } from '../../domain/presence/freshness.ts';
import type { Clock } from '../../lib/clock.ts';
import type { StorageProbe } from '../../ports/storageProbe.ts';
import type { PresenceReader } from '../read/presenceReader.ts';
import { fault } from './refusals.ts';
import { type Check, failed, ok, warning } from './steps.ts';

interface DeploymentCheckDeps {
  readonly reader: PresenceReader;
  readonly limits: FreshnessLimits;
  readonly clock: Clock;
}

/** Whether the tables can be written: without them no password is sent either. */
export function storageCheck(probe: StorageProbe): Check {
  return {
    id: 'storage',
    title: 'The storage can be written',
    guide: 'deployment',
    needs: [],
    async run() {
      try {
        await probe.write();
        return ok('writable');
      } catch (error) {
        return fault(error, 'Mend the access to the storage account, then run the doctor again.');
      }
    },
  };
}

/** What else only a deployed connector can show. */
export function deploymentChecks({ reader, limits, clock }: DeploymentCheckDeps): Check[] {
  return [
    {
      id: 'timer',
      title: 'The timer is alive',
      guide: 'deployment',
      needs: ['storage'],
      async run() {
        const { attemptedAt, timerAt } = (await reader.read()).snapshot.head.report;
        const age = ageSeconds(timerAt, clock());
        if (attemptedAt === 0)
          return failed('Teams has never been polled', 'Wait for one poll interval; then restart the app.');
        if (timerAt === 0) {
          return warning('it has not polled yet; questions did', 'Run the doctor again after one poll interval.');
        }
        // Questions poll in its place meanwhile: the newest poll says nothing of the timer.
        if (clock() - timerAt > limits.unknownAfterMs) {
          return failed(`its last poll was ${age} s ago`, 'Restart the function app.');
        }
        return ok(`its last poll was ${age} s ago`);
      },
    },
    {
      id: 'agents',
      title: 'The agents are found in the tenant',
      guide: 'agents',
      needs: ['storage'],
      async run() {
        const { agents } = (await reader.read()).snapshot.index;
        const found = agents.filter(isMapped).length;
        if (agents.length === 0) return warning('no agents are mapped', 'Upload a list: PUT /api/v1/agents.');
        const seen = `${found} of ${agents.length} agents are found`;
        return found === agents.length ? ok(seen) : warning(seen, 'Read the match report: GET /api/v1/match-report.');
      },
    },
  ];
}
