import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { CommandError } from './command-error.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** Runs one command line (without `node` and the script) and returns its exit code. Never throws for what a person can mistype. */
export async function runCommandLine(words: readonly string[], around: Surroundings): Promise<number> {
  let code: number = 0;
  const program = commands(around, (verbCode) => {
    code = verbCode;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const expected = error instanceof CommandError || (error instanceof Error && error.name === 'ConfigError');
    if (!expected) throw error;
    around.terminal.note(`vigil: ${(error as Error).message}`);
    return 2;
  }
}

const EXAMPLES = `
Examples:
  vigil up                                     start the stack, wait until it is ready, print where to look
  vigil up --engine native --overlay tail-sampling
  VIGIL_PROMETHEUS_PORT=19090 vigil up         move a port; stack.env lists all settings
  vigil status --json                          for scripts; exit code 0 only when everything is ready
  vigil logs collector -f
  vigil generate && vigil check                after a change of vigil.yaml
  vigil down --volumes                         stop, and forget all stored telemetry

Exit codes: 0 done · 1 no: not ready, stale or failed · 2 could not be tried · 130 interrupted`;

function commands(around: Surroundings, done: (code: ExitCode) => void): Command {
  const { note, out } = around.terminal;
  const program = new Command('vigil')
    .description('Runs the observability stack of this checkout, shows its state, generates its files.')
    .version(version())
    .option('--root <folder>', 'stack to work with (default: the checkout around the current folder)')
    .option('--home <folder>', 'runtime folder (default: VIGIL_HOME, else <root>/.vigil)')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out(text.trimEnd()),
      // Commander puts its suggestion on a second line; one error is one line here.
      writeErr: (text) => note(text.trimEnd()),
      outputError: (text, write) =>
        write(
          `vigil: ${text
            .replace(/^error: /, '')
            .trim()
            .replace(/\s*\n\s*/g, ' ')}`,
        ),
    });
  addStackVerbs(program, around, done);
  addFileVerbs(program, around, done);
  addDemoVerb(program, around, done);
  return program;
}

const ENGINE = [
  '--engine <engine>',
  'docker or native (default: VIGIL_ENGINE, else docker where it can, else native)',
] as const;

// Each verb is imported when it is called: `vigil status` need not load what `vigil generate` is made of.
function addStackVerbs(program: Command, around: Surroundings, done: (code: ExitCode) => void): void {
  program
    .command('up')
    .description('start the stack and wait until it is ready')
    .option(...ENGINE)
    .option('--overlay <name>', 'file of collector/overlays laid over gateway.yaml (default: VIGIL_COLLECTOR_OVERLAY)')
    .option('--no-wait', 'return as soon as the programs are started')
    .option('--timeout <seconds>', 'longest wait', wholeNumber, 180)
    .action(async (_, command: Command) =>
      done(await (await import('./verbs/up.ts')).up(command.optsWithGlobals(), around)),
    );
  program
    .command('down')
    .description('stop the stack; stored telemetry is kept')
    .option(...ENGINE)
    .option('--volumes', 'remove stored telemetry and logs too', false)
    .action(async (_, command: Command) =>
      done(await (await import('./verbs/down.ts')).down(command.optsWithGlobals(), around)),
    );
  program
    .command('status')
    .description('show what runs and whether it is ready')
    .option(...ENGINE)
    .option('--json', 'for scripts', false)
    .action(async (_, command: Command) =>
      done(await (await import('./verbs/status.ts')).status(command.optsWithGlobals(), around)),
    );
  program
    .command('logs')
    .description('show what the programs said')
    .argument('[program...]', 'collector, prometheus, …, supervisor (default: all)')
    .option(...ENGINE)
    .option('-f, --follow', 'go on until Ctrl-C', false)
    .option('-n, --lines <count>', 'newest lines of each program', wholeNumber, 50)
    .action(async (programs: string[], _, command: Command) =>
      done(await (await import('./verbs/logs.ts')).logs({ ...command.optsWithGlobals(), programs }, around)),
    );
}

function addFileVerbs(program: Command, around: Surroundings, done: (code: ExitCode) => void): void {
  program
    .command('generate')
    .description('render alerting/ and grafana/dashboards/ from vigil.yaml')
    .option('--check', 'write nothing; exit code 1 when a file is stale', false)
    .option('--config <file>', 'default: vigil.yaml in the root of the stack')
    .action(async (_, command: Command) =>
      done(await (await import('./verbs/generate.ts')).generate(command.optsWithGlobals(), around)),
    );
  program
    .command('check')
    .description('generated files are fresh, and every built program accepts its configuration')
    .action(async (_, command: Command) =>
      done(await (await import('./verbs/check.ts')).check(command.optsWithGlobals(), around)),
    );
}

function addDemoVerb(program: Command, around: Surroundings, done: (code: ExitCode) => void): void {
  program
    .command('demo')
    .description('the main job in a checkout: applications, load, a fault, the page, what every store holds')
    .option(...ENGINE)
    .option('--check', 'exit code 1 when anything is missing', false)
    .option('--keep', 'leave everything running', false)
    .action(async (_, command: Command) =>
      done(await (await import('./demo/demo.ts')).demo(command.optsWithGlobals(), around)),
    );
}

function wholeNumber(word: string): number {
  if (/^\d+$/.test(word)) return Number(word);
  throw new InvalidArgumentError('Expected a whole number.');
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
