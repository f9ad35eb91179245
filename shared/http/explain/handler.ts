import type { CountryCode } from 'libphonenumber-js/min';
import type { Clock } from '../../lib/clock.ts';
import type { PresenceReader } from '../../usecases/read/presenceReader.ts';
import type { RouteHandler } from '../response.ts';
import { explainAnswer } from './response.ts';

export interface ExplainRoute {
  readonly reader: () => PresenceReader;
  readonly defaultCountry: CountryCode;
  readonly clock: Clock;
}

/** Why an agent is answered as it is. */
export function explainHandler({ reader, defaultCountry, clock }: ExplainRoute): RouteHandler {
  return async request => explainAnswer(request, (await reader().read({ fresh: true })).view, defaultCountry, clock());
}
