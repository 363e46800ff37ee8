import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Runs one of `apps/` in a process of its own, on the sources, and reads the line of JSON it prints. @throws when it fails. */
export async function runApp<Report>(app: string, ...args: readonly string[]): Promise<Report> {
  const file = join(import.meta.dirname, 'apps', app);
  const flags = [
    '--conditions=@vigil/source',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=DeprecationWarning',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file, ...args], {
    env: { PATH: process.env.PATH, TZ: 'UTC' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as Report;
}
