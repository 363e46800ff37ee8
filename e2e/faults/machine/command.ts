import { spawnSync } from 'node:child_process';

/** Runs a program of the machine and returns what it wrote. @throws with its message when it fails or does not exist. */
export function command(line: string): string {
  const [program = '', ...words] = line.split(' ');
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${program}: ${error.message}`);
  if (status !== 0) throw new Error(`${line}: ${stderr.trim() || `ended with ${status}`}`);
  return stdout;
}

/** Why this line does not work here; undefined when it does. */
export function lackOfCommand(line: string): string | undefined {
  try {
    command(line);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

export const isRoot = (): boolean => process.getuid?.() === 0;
