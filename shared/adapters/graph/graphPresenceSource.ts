import type { Presence } from '@microsoft/microsoft-graph-types';
import {
  canonicalValue,
  MISSING_PRESENCE,
  samePresence,
  type TeamsPresence,
} from '../../domain/presence/teamsPresence.ts';
import { GraphUnavailableError } from '../../errors/errors.ts';
import type { PresenceSource } from '../../ports/presenceSource.ts';
import type { GraphClient } from './graphClient.ts';
import { textOf, type Untrusted } from './untrusted.ts';

const PATH = '/v1.0/communications/getPresencesByUserId';

/** Longer than any value of Microsoft; what is longer is no value. */
const LONGEST_VALUE = 64;

/** A field that is there but is no text, or too long, makes the whole item unbelievable. */
function isMalformed(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== 'string' || value.length > LONGEST_VALUE;
}

/** One item of Graph's answer; an item without any value reads as missing. */
export function parsePresence(item: Untrusted<Presence>): TeamsPresence {
  if (isMalformed(item.availability) || isMalformed(item.activity)) return MISSING_PRESENCE;
  const outOfOffice = item.outOfOfficeSettings as { isOutOfOffice?: unknown } | null | undefined;
  return {
    availability: canonicalValue(textOf(item.availability)),
    activity: canonicalValue(textOf(item.activity)),
    outOfOffice: outOfOffice?.isOutOfOffice === true,
    sequence: textOf(item.sequenceNumber).slice(0, LONGEST_VALUE),
  };
}

/** Presence through Graph's bulk call (learn.microsoft.com/graph/api/cloudcommunications-getpresencesbyuserid). */
export function graphPresenceSource(graph: GraphClient): PresenceSource {
  return {
    async read(userIds, token, signal) {
      const { body, requestId } = await graph({ method: 'POST', path: PATH, body: { ids: userIds }, token, signal });
      const items = body['value'];
      if (!Array.isArray(items)) {
        throw new GraphUnavailableError(
          `Microsoft Graph answered without a list of presences (request ${requestId}). The connector tries again by itself.`,
        );
      }
      const presences = new Map<string, TeamsPresence>();
      for (const item of items as (Untrusted<Presence> | null)[]) {
        const id = textOf(item?.id).toLowerCase();
        if (!item || id === '') continue;
        const seen = parsePresence(item);
        const before = presences.get(id);
        // Two answers that contradict each other are none.
        presences.set(id, before !== undefined && !samePresence(before, seen) ? MISSING_PRESENCE : seen);
      }
      return { presences, requestId };
    },
  };
}
