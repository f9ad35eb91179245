import type { TestProject } from 'vitest/node';
import { startStorage } from '../../local/startStorage.ts';
import type { TlsFiles } from '../../local/tenant/createCertificate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Connection string of a real table service, shared by the files of one project. */
    storage: string;
    /** The simulated tenant's certificate, which the test processes trust. */
    tls: TlsFiles;
  }
}

/** Starts what the tests of a project share, and ends it after them. */
export default async function setup(project: TestProject) {
  const storage = await startStorage();
  project.provide('storage', storage.connectionString);
  return () => storage.close();
}
