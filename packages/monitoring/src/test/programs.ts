import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './checkout.ts';

const run = promisify(execFile);

/** Path of one of the stack's programs, at its pinned version. VIGIL_PROGRAMS names another folder than .vigil/programs/bin. */
export function program(name: 'promtool' | 'amtool' | 'alertmanager'): string {
  const path = join(process.env.VIGIL_PROGRAMS ?? join(ROOT, '.vigil/programs/bin'), name);
  if (!existsSync(path)) throw new Error(`${name} not built: node scripts/setup.mjs --programs`);
  return path;
}

/** Runs a program in the checkout; a failure is an error with what it printed. */
export async function runProgram(name: 'promtool' | 'amtool', args: readonly string[]): Promise<string> {
  const path = program(name);
  try {
    const { stdout, stderr } = await run(path, args, { cwd: ROOT });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${name} ${args.join(' ')}\n${stdout}${stderr}`);
  }
}
