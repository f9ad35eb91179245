import type { Presence } from '@microsoft/microsoft-graph-types';
import { canonicalValue, type TeamsPresence } from '../../domain/presence.ts';
import { GraphUnavailableError } from '../../errors.ts';
import type { PresenceSource } from '../../ports/presenceSource.ts';
import type { GraphClient } from './graphClient.ts';
import { type Loose, textOf } from './loose.ts';

const PATH = '/v1.0/communications/getPresencesByUserId';

/** One item of Graph's answer; an item without any value reads as missing. */
export function parsePresence(item: Loose<Presence>): TeamsPresence {
  const outOfOffice = item.outOfOfficeSettings as { isOutOfOffice?: unknown } | null | undefined;
  return {
    availability: canonicalValue(textOf(item.availability)),
    activity: canonicalValue(textOf(item.activity)),
    outOfOffice: outOfOffice?.isOutOfOffice === true,
    sequence: textOf(item.sequenceNumber),
  };
}

/** Presence through Graph's bulk call (learn.microsoft.com/graph/api/cloudcommunications-getpresencesbyuserid). */
export function graphPresenceSource(graph: GraphClient): PresenceSource {
  return {
    async read(userIds, token, signal) {
      const { body, requestId } = await graph({ method: 'POST', path: PATH, body: { ids: userIds }, token, signal });
      const items = body['value'];
      if (!Array.isArray(items)) {
        throw new GraphUnavailableError(`Microsoft Graph answered without a list of presences (request ${requestId}).`);
      }
      const presences = new Map<string, TeamsPresence>();
      for (const item of items as (Loose<Presence> | null)[]) {
        const id = textOf(item?.id).toLowerCase();
        if (item && id !== '') presences.set(id, parsePresence(item));
      }
      return { presences, requestId };
    },
  };
}
