import { readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import path from 'node:path';

/**
 * The part of `@azure/functions-core` that `@azure/functions` v4 calls, typed as far as it is used here. The platform
 * hands this module over at run time only; it cannot be installed.
 */
export interface Binding {
  readonly type?: string;
  readonly direction?: string;
  readonly [property: string]: unknown;
}

interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

type FunctionCallback = (...inputs: unknown[]) => unknown;

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly metadata: FunctionMetadata;
  state?: string | undefined;
  log(level: string, category: string, message: string): void;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ readonly returnValue?: unknown }>;
}

interface ProgrammingModel {
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
}

/** An app after its entry point ran: what it registered, and the model that runs it. */
export interface LoadedApp {
  readonly functions: readonly RegisteredFunction[];
  readonly model: ProgrammingModel;
}

export type HostLog = (level: string, message: string) => void;

class Disposable {
  readonly #dispose: () => void;
  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }
  dispose(): void {
    this.#dispose();
  }
}

/**
 * Hands the core module over by the require hook, as Azure's Node worker does, and collects what registers itself there.
 * The returned function gives what was registered so far.
 * @throws Error when that is nothing
 */
export function coreHook(log: HostLog): () => LoadedApp {
  const functions = new Map<string, RegisteredFunction>();
  let model: ProgrammingModel | undefined;
  const core = {
    version: '3.9.1',
    hostVersion: '4.1037.0',
    registerHook: () => new Disposable(() => undefined),
    setProgrammingModel(chosen: ProgrammingModel) {
      model = chosen;
    },
    getProgrammingModel: () => model,
    log: (level: string, _category: string, message: string) => log(level, message),
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
      if (functions.has(metadata.name)) throw new Error(`A function "${metadata.name}" is registered already.`);
      functions.set(metadata.name, { metadata, callback });
      return new Disposable(() => functions.delete(metadata.name));
    },
    Disposable,
  };

  const prototype = Module.prototype as unknown as { require: (id: string) => unknown };
  const original = prototype.require;
  prototype.require = function require(this: unknown, id: string) {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
  return () => {
    if (functions.size === 0 || model === undefined)
      throw new Error('The entry point registered no function. Build the app first.');
    return { functions: [...functions.values()], model };
  };
}

/**
 * Loads the app in a folder as Azure's Node worker does: the entry point is package.json's `main`, and the core module
 * is handed over by the require hook alone, so what is not bundled right fails here as it would there.
 *
 * @throws Error when the entry point fails or registers no function
 */
export function loadApp(folder: string, log: HostLog): LoadedApp {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { main?: string };
  if (manifest.main === undefined) throw new Error(`${folder}: package.json names no entry point ("main").`);
  const loaded = coreHook(log);
  createRequire(path.join(folder, 'package.json'))(path.join(folder, manifest.main));
  return loaded();
}
