import { acdSetup } from '../../usecases/doctor/acdSetup.ts';
import type { Doctor } from '../../usecases/doctor/doctor.ts';
import type { HealthReporter } from '../../usecases/monitor/healthReporter.ts';
import { VERSION } from '../../version.ts';
import type { AnswerOf } from '../contract/answerOf.ts';
import type { doctorSchema } from '../contract/schemas/monitor.ts';
import { json, type RouteHandler } from '../response.ts';
import { healthAnswer } from './healthAnswer.ts';

/** Whether the connector works. */
export function healthHandler({ health }: { readonly health: () => HealthReporter }): RouteHandler {
  return async () => healthAnswer(await health()(), VERSION);
}

interface DoctorRoute {
  readonly doctor: () => Doctor;
  /** How old data may be at the moment of asking. */
  readonly lagSeconds: number;
}

/** The guide walked step by step, and what the ACD's administrator needs. */
export function doctorHandler({ doctor, lagSeconds }: DoctorRoute): RouteHandler {
  return async request => {
    const report = await doctor()();
    const jtel = acdSetup(new URL(request.url).origin, lagSeconds);
    const body = { status: 200, ...report, version: VERSION, jtel } satisfies AnswerOf<typeof doctorSchema>;
    return json(200, JSON.stringify(body));
  };
}

/** That the app runs; anybody may ask, so it says nothing else. */
export const liveHandler: RouteHandler = async () => json(200, JSON.stringify({ status: 200, version: VERSION }));

/** Anybody may ask whether the app runs, so a faulty setting is not named. */
export const NOT_CONFIGURED = {
  status: 503,
  error: 'settings_fault',
  message: 'The app is not configured.',
  version: VERSION,
};

/** The contract of every route. */
export const openApiHandler: RouteHandler = async () => {
  // Dozens of schemas that no other route needs: they are made when somebody asks.
  const { openApiDocument } = await import('../contract/openapi.ts');
  return json(200, JSON.stringify(openApiDocument()));
};
