import { Hono } from 'hono';
import * as z from 'zod';
import { shownFor } from './day.ts';
import { OUTAGES, type TenantState } from './state.ts';

const moveSchema = z.strictObject({ person: z.string().min(1), activity: z.string().min(1).max(60) });
const faultSchema = z.array(
  z.strictObject({
    service: z.enum(['graph', 'entra', 'vault', 'identity']),
    path: z.string().optional(),
    status: z.number().int().min(0).max(599).optional(),
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    delayMs: z.number().min(0).optional(),
    times: z.number().int().min(1).optional(),
  }),
);

const outageSchema = z.strictObject({ service: z.enum(OUTAGES), out: z.boolean() });
const personSchema = z.strictObject({
  accountEnabled: z.boolean().optional(),
  userPrincipalName: z.email().optional(),
  mail: z.email().optional(),
  number: z.string().optional(),
  /** The account is deleted. */
  gone: z.boolean().optional(),
});
const secretSchema = z.strictObject({ value: z.string(), expiresAt: z.number().optional() });
const entraSchema = z.strictObject({
  /** AADSTS numbers; 0 lets in. */
  refuseUser: z.number().int().optional(),
  refuseApplication: z.number().int().optional(),
  /** What the directory accepts, when it differs from what the vault holds. */
  clientSecret: z.string().optional(),
  userPassword: z.string().optional(),
  delegatedPermissions: z.array(z.string()).optional(),
  applicationPermissions: z.array(z.string()).optional(),
});

/** How the simulated tenant is steered from outside: moving people, and making things go wrong. */
export function controlService(state: TenantState): Hono {
  return new Hono()
    .use('/control/*', async (context, next) => {
      // A page in the browser of whoever runs this must not steer it, nor read it under a name that leads here.
      const isHere = new URL(context.req.url).hostname === '127.0.0.1';
      if (!isHere || context.req.header('origin') !== undefined)
        return context.json({ message: 'No page may ask this.' }, 403);
      return next();
    })
    .post('/control/move', async context => {
      const parsed = moveSchema.safeParse(await context.req.json().catch(() => undefined));
      if (!parsed.success) return context.json({ message: 'Say {"person": "anna", "activity": "InACall"}.' }, 400);
      const { person: words, activity } = parsed.data;
      const [person, ...others] = state.search(words);
      if (person === undefined)
        return context.json({ message: `Nobody is called "${words}"; npm run simulate lists everybody.` }, 404);
      if (others.length > 0) {
        const names = [person, ...others].slice(0, 5).map(({ displayName }) => displayName);
        return context.json({ message: `"${words}" fits ${others.length + 1} people: ${names.join(', ')} …` }, 409);
      }
      state.move(person.id, activity.toLowerCase() === 'auto' ? undefined : shownFor(activity));
      return context.json({ agentId: person.agentId, displayName: person.displayName, ...state.shown(person.id) });
    })
    .get('/control/people', context => {
      const people = state.people.map(({ id, agentId, displayName }) => ({ agentId, displayName, ...state.shown(id) }));
      return context.json({ people, outages: state.outages });
    })
    .put('/control/outage', async context => {
      const parsed = outageSchema.safeParse(await context.req.json().catch(() => undefined));
      if (!parsed.success) return context.json({ message: 'Say {"service": "graph", "out": true}.' }, 400);
      state.setOutage(parsed.data.service, parsed.data.out);
      return context.json(parsed.data);
    })
    .put('/control/people/:person', async context => {
      const parsed = personSchema.safeParse(await context.req.json().catch(() => undefined));
      if (!parsed.success) return context.json({ message: z.prettifyError(parsed.error) }, 400);
      const [person, ...others] = state.search(context.req.param('person'));
      if (person === undefined || others.length > 0) return context.json({ message: 'Name one person.' }, 404);
      const { gone, ...changes } = parsed.data;
      state.change(person.id, changes as Partial<typeof person>);
      if (gone) state.leave(person.id);
      return context.json({ displayName: person.displayName, changed: Object.keys(parsed.data) });
    })
    .put('/control/faults', async context => {
      const parsed = faultSchema.safeParse(await context.req.json().catch(() => undefined));
      if (!parsed.success) return context.json({ message: z.prettifyError(parsed.error) }, 400);
      state.faults = parsed.data as typeof state.faults;
      return context.json({ faults: state.faults.length });
    })
    .put('/control/entra', async context => {
      const parsed = entraSchema.safeParse(await context.req.json().catch(() => undefined));
      if (!parsed.success) return context.json({ message: z.prettifyError(parsed.error) }, 400);
      const { refuseUser, refuseApplication, clientSecret, userPassword, ...permissions } = parsed.data;
      if (refuseUser !== undefined) state.serviceUser.refuse = refuseUser;
      if (refuseApplication !== undefined) state.registration.refuse = refuseApplication;
      if (clientSecret !== undefined) state.clientSecret.value = clientSecret;
      if (userPassword !== undefined) state.serviceUser.password = userPassword;
      Object.assign(state, permissions);
      return context.json({ changed: Object.keys(parsed.data) });
    })
    .put('/control/secrets/:name', async context => {
      const parsed = secretSchema.safeParse(await context.req.json().catch(() => undefined));
      if (!parsed.success) return context.json({ message: z.prettifyError(parsed.error) }, 400);
      state.storeSecret(context.req.param('name'), parsed.data.value, parsed.data.expiresAt);
      return context.json({ stored: context.req.param('name') });
    })
    .get('/control/counts', context => context.json(Object.fromEntries(state.counts)));
}
