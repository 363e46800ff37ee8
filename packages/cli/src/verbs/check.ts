import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageAddress } from '../native/pager.ts';
import { nativePrograms } from '../native/programs.ts';
import { writeEtc } from '../native/write-etc.ts';
import { type OpenedStack, openStack, type StackFlags } from '../open-stack.ts';
import { inheritedEnvironment } from '../supervisor/inherited-environment.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { generate } from './generate.ts';

/** A program that neither accepts nor refuses its file is stopped then, and the check has failed. */
const TIMEOUT_MILLIS = 120_000;

/** One check of a file by the program that is going to read it. */
interface Check {
  readonly title: string;
  /** File name in the folder of the stack's programs. */
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * Checks the stack's files: generated ones are fresh, and every program that is present accepts its own.
 *
 * @throws CommandError, ConfigError when files are missing or vigil.yaml is wrong.
 */
export async function check(flags: StackFlags, surroundings: Surroundings): Promise<ExitCode> {
  const stack = openStack(flags, surroundings);
  const { out, colours } = stack.around.terminal;
  const fresh = (await generate({ ...flags, check: true }, stack.around)) === 0;
  out(`${fresh ? colours.green('ok     ') : colours.red('failed ')}  generated files are what vigil.yaml renders`);
  const etc = mkdtempSync(join(tmpdir(), 'vigil-check-'));
  try {
    const failures = await runChecks(stack, etc);
    return fresh && failures === 0 ? 0 : 1;
  } finally {
    rmSync(etc, { recursive: true, force: true });
  }
}

async function runChecks({ paths, settings, around }: OpenedStack, etc: string): Promise<number> {
  const { out, colours } = around.terminal;
  // The layout that the programs see: prometheus.yaml finds its rules and targets only there.
  writeEtc({ root: paths.root, etc, settings, pagerUrl: pageAddress(settings, undefined) });
  const inherited = inheritedEnvironment(around.environment);
  const environments = new Map(
    nativePrograms({ paths, settings, inherited, pagerAddress: undefined }).map(({ spec }) => [
      spec.name,
      spec.environment,
    ]),
  );
  let failures = 0;
  for (const { title, program, args } of checksOf(paths.root, etc)) {
    const command = join(paths.programs, program);
    if (!existsSync(command)) {
      out(`${colours.yellow('skipped')}  ${title}: ${program} is not built (node scripts/setup.mjs --programs)`);
      continue;
    }
    const name = program === 'vigil-collector' ? 'collector' : program;
    const said = await collect(command, args, environments.get(name) ?? inherited, { cwd: etc, signal: around.signal });
    out(`${said === undefined ? colours.green('ok     ') : colours.red('failed ')}  ${title}`);
    if (said === undefined) continue;
    failures += 1;
    for (const line of said.trim().split('\n').slice(-20)) out(`           ${line}`);
  }
  return failures;
}

function checksOf(root: string, etc: string): readonly Check[] {
  const yamls = (folder: string): string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith('.yaml'))
          .map((name) => join(folder, name))
      : [];
  const rules = yamls(join(etc, 'prometheus/rules'));
  const tests = yamls(join(root, 'alerting/tests'));
  const gateway = join(etc, 'collector/gateway.yaml');
  const file = (name: string): string => join(etc, name);
  return [
    ...(rules.length > 0
      ? [{ title: `rules (${rules.length} files)`, program: 'promtool', args: ['check', 'rules', ...rules] }]
      : []),
    ...(tests.length > 0
      ? [{ title: `rule tests (${tests.length} files)`, program: 'promtool', args: ['test', 'rules', ...tests] }]
      : []),
    { title: 'prometheus.yaml', program: 'promtool', args: ['check', 'config', file('prometheus/prometheus.yaml')] },
    { title: 'alertmanager.yaml', program: 'amtool', args: ['check-config', file('alertmanager/alertmanager.yaml')] },
    ...yamls(file('collector/overlays')).map((overlay) => ({
      title: `gateway.yaml with overlay ${overlay.slice(file('collector/overlays/').length, -'.yaml'.length)}`,
      program: 'vigil-collector',
      args: ['validate', `--config=${gateway}`, `--config=${overlay}`],
    })),
    { title: 'jaeger.yaml', program: 'jaeger', args: ['validate', `--config=${file('jaeger/jaeger.yaml')}`] },
    {
      title: 'loki.yaml',
      program: 'loki',
      args: [`-config.file=${file('loki/loki.yaml')}`, '-config.expand-env=true', '-verify-config'],
    },
  ];
}

/** Runs a check; what it said when it failed, undefined when all is well. */
function collect(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { env: environment, cwd, signal, timeout: TIMEOUT_MILLIS }, (error, stdout, stderr) => {
      resolve(error === null ? undefined : `${stdout}${stderr}` || error.message);
    });
  });
}
