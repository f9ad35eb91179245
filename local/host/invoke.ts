import { randomUUID } from 'node:crypto';
import type { HostLog, LoadedApp, RegisteredFunction } from './core.ts';

/** Data in the form in which host and worker exchange it. */
type RpcData = Readonly<Record<string, unknown>>;

/**
 * Runs one invocation the way the worker does, through the app's own programming model: the function gets real
 * HttpRequest, Timer and InvocationContext objects.
 *
 * @returns what the function returned, as the host receives it
 * @throws whatever the function throws
 */
export async function invoke(
  app: LoadedApp,
  { metadata, callback }: RegisteredFunction,
  data: RpcData,
  log: HostLog,
): Promise<unknown> {
  const invocationId = randomUUID();
  const trigger = Object.entries(metadata.bindings).find(([, binding]) => binding.type?.endsWith('Trigger'));
  if (trigger === undefined) throw new Error(`Function "${metadata.name}" has no trigger.`);
  const [name] = trigger;
  const traceContext = { traceParent: '', traceState: '', attributes: {} };
  const model = await app.model.getInvocationModel({
    invocationId,
    request: { invocationId, inputData: [{ name, data }], triggerMetadata: {}, traceContext },
    metadata,
    log: (level, _category, message) => log(level, `${metadata.name}: ${message}`),
  });
  const { context, inputs } = await model.getArguments();
  const result = await model.invokeFunction(context, inputs, callback);
  return (await model.getResponse(context, result)).returnValue;
}
