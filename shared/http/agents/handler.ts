import type { HttpRequest } from '@azure/functions';
import type { CountryCode } from 'libphonenumber-js/min';
import type { Clock } from '../../lib/clock.ts';
import { EVENTS } from '../../ports/log.ts';
import type { AgentUploader, UploadResult } from '../../usecases/agents/agentUploader.ts';
import type { PresenceReader } from '../../usecases/read/presenceReader.ts';
import { fromCopy } from '../lastCopy.ts';
import { readQuery } from '../query.ts';
import { isRead } from '../request.ts';
import type { RouteHandler } from '../response.ts';
import { agentIdOf, agentsChange, askedGroup } from './request.ts';
import { agentsAnswer, matchReportAnswer, reportAnswer } from './response.ts';

interface AgentsRoute {
  readonly reader: () => PresenceReader;
  readonly upload: () => AgentUploader;
  readonly defaultCountry: CountryCode;
  readonly clock: Clock;
}

/** The agents as a file, one of them, or a change of them. */
export function agentsHandler({ reader, upload, defaultCountry, clock }: AgentsRoute): RouteHandler {
  const read = async (request: HttpRequest) => {
    const asked = { agentId: agentIdOf(request), group: askedGroup(request) };
    const read = await reader().read({ fresh: true });
    return fromCopy(read, clock(), () => agentsAnswer(request, read.snapshot, defaultCountry, asked));
  };
  return async (request, log) => {
    if (isRead(request)) return read(request);
    const change = upload();
    const { edit, options, file } = await agentsChange(request);
    const report = await change(edit, options);
    if (!options.dryRun) log(EVENTS.agentsUploaded, countsOf(report));
    return reportAnswer(report, file);
  };
}

/** What the log may say of an upload: counts, and nobody. */
function countsOf(report: UploadResult): Record<string, string | number> {
  const counts = Object.entries(report).filter(([, value]) => typeof value !== 'object');
  return Object.fromEntries(counts) as Record<string, string | number>;
}

/** What became of everybody on the list. */
export function matchReportHandler({ reader, defaultCountry, clock }: Omit<AgentsRoute, 'upload'>): RouteHandler {
  return async request => {
    readQuery(request, {});
    const read = await reader().read({ fresh: true });
    return fromCopy(read, clock(), () => matchReportAnswer(request, read, defaultCountry));
  };
}
