import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** `file(line,column) : Warning code: what it is` */
const FINDING = /\(\d+,\d+\) : \w+ /;

/** A Bicep compiler, as command and first arguments. */
export interface Compiler {
  readonly command: string;
  readonly args: readonly string[];
}

interface Compiled {
  /** The template, as the compiler wrote it. */
  readonly text: string;
  /** Warnings and findings of the linter, one a line; empty when there are none. */
  readonly findings: string;
}

async function works({ command, args }: Compiler): Promise<boolean> {
  try {
    await run(command, args.length === 0 ? ['--version'] : [...args, 'version']);
    return true;
  } catch {
    // Not there, or not to be run: the next one is tried.
    return false;
  }
}

/** The compiler that BICEP names, one on the path, or that of the Azure CLI; undefined when there is none. */
export async function findCompiler(): Promise<Compiler | undefined> {
  const named = process.env['BICEP'];
  if (named !== undefined && named !== '') {
    const compiler = { command: named, args: [] };
    if (await works(compiler)) return compiler;
    throw new Error(`BICEP is set to ${named}, which is no Bicep compiler.`);
  }
  const candidates = [
    { command: 'bicep', args: [] },
    { command: 'az', args: ['bicep'] },
  ];
  for (const candidate of candidates) if (await works(candidate)) return candidate;
  return undefined;
}

/** Compiles one file. @throws Error with what the compiler said */
export async function compile({ command, args }: Compiler, file: string): Promise<Compiled> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bicep-'));
  const out = path.join(folder, 'template.json');
  const verb = file.endsWith('.bicepparam') ? 'build-params' : 'build';
  const options =
    args.length === 0 ? [verb, file, '--outfile', out] : [...args, verb, '--file', file, '--outfile', out];
  try {
    const { stdout, stderr } = await run(command, options, { maxBuffer: 64 * 1024 * 1024 });
    // Besides findings the Azure CLI says, for instance, that there is a newer compiler.
    const findings = `${stdout}${stderr}`.split('\n').filter(line => FINDING.test(line));
    return { text: await readFile(out, 'utf8'), findings: findings.join('\n') };
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw new Error(stderr.trim() || message);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The template without the marks of the compiler's version, so that two versions can be compared. */
export function withoutGenerator(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutGenerator);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '_generator')
      .map(([name, inner]) => [name, withoutGenerator(inner)]),
  );
}
