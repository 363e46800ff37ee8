import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseVigilConfig } from '@vigil/config/file';
import { render } from '@vigil/monitoring';
import { CommandError } from '../command-error.ts';
import { compareFiles, type Difference, writeFiles } from '../generated-files.ts';
import { openStack, type StackFlags } from '../open-stack.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';

/** `vigil generate`. */
export interface GenerateFlags extends StackFlags {
  /** Only compare. */
  readonly check: boolean;
  /** Default: vigil.yaml in the root of the stack. */
  readonly config?: string;
}

/** Renders alerting and dashboards from vigil.yaml. @throws ConfigError listing everything wrong with the file. */
export async function generate(flags: GenerateFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { paths, around } = openStack(flags, surroundings);
  const { out, note, colours } = around.terminal;
  const config = flags.config === undefined ? resolve(paths.root, 'vigil.yaml') : resolve(around.cwd, flags.config);
  const rendered = render(parseVigilConfig(readConfig(config), relative(around.cwd, config)));
  const difference = flags.check ? compareFiles(paths.root, rendered) : writeFiles(paths.root, rendered);
  for (const path of difference.stale) out(flags.check ? `${colours.red('stale')}    ${path}` : `written  ${path}`);
  for (const path of difference.surplus) out(flags.check ? `${colours.red('surplus')}  ${path}` : `removed  ${path}`);
  const count = changesOf(difference);
  if (flags.check && count > 0) {
    note(
      `${count} of ${rendered.size} files are not what ${relative(around.cwd, config)} renders: run \`vigil generate\`.`,
    );
    return 1;
  }
  note(`${rendered.size} files, ${count} changed.`);
  return 0;
}

const changesOf = ({ stale, surplus }: Difference): number => stale.length + surplus.length;

function readConfig(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new CommandError(`${path}: cannot be read (${code}); name another file with --config`);
  }
}
