import { dockerStatus } from '../docker/docker-status.ts';
import { dockerUp } from '../docker/docker-up.ts';
import { engineToStart } from '../engine-choice.ts';
import { runningGroups, STACK_GROUP, stackGroup } from '../native/groups.ts';
import { groupStatus } from '../native/native-status.ts';
import { nativeUp } from '../native/native-up.ts';
import { openStack, type StackFlags } from '../open-stack.ts';
import type { StackStatus } from '../stack-status.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { type Colours, table } from '../terminal.ts';

/** `vigil up`. */
export interface UpFlags extends StackFlags {
  readonly wait: boolean;
  /** Seconds. */
  readonly timeout: number;
}

/** Starts the stack and prints where to look. @throws CommandError, ConfigError when it cannot be tried. */
export async function up(flags: UpFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { paths, settings, asked, around } = openStack(flags, surroundings);
  const options = { wait: flags.wait, timeoutSeconds: flags.timeout };
  // A native stack that runs is not joined by a docker one on the same ports.
  const running = asked === undefined && runningGroups(paths).some(({ name }) => name === STACK_GROUP);
  const choice = await engineToStart(paths, running ? 'native' : asked, around);
  // Pulling takes a while: a Ctrl-C meanwhile must not end in the fallback.
  if (around.signal.aborted) return 130;
  const { out, colours } = around.terminal;
  if (choice.engine === 'docker') {
    const { docker, services } = choice;
    const code = await dockerUp({ docker, services, settings }, options, around);
    if (code === 0) addresses(await dockerStatus(docker, settings, around.now()), colours).forEach(out);
    return code;
  }
  const code = await nativeUp({ paths, settings }, options, around);
  if (code === 0) addresses(await groupStatus(stackGroup(paths), around.now()), colours).forEach(out);
  return code;
}

/** What to open, and how to go on. */
function addresses({ engine, programs }: StackStatus, colours: Colours): string[] {
  const rows = programs.flatMap(({ name, title, url, version }) => {
    const purpose = name === 'jaeger' && engine === 'native' ? PURPOSES['jaeger, native'] : PURPOSES[name];
    return url === undefined ? [] : [[title, colours.cyan(url), [version, purpose].filter(Boolean).join('  ')]];
  });
  return [...table(rows), `Stop it with ${colours.bold('vigil down')}, look with ${colours.bold('vigil status')}.`];
}

/** Addresses that are no page to open say what they are. */
const PURPOSES: Readonly<Record<string, string>> = {
  collector: 'send OTLP here: OTEL_EXPORTER_OTLP_ENDPOINT',
  loki: 'API only: Grafana shows it',
  'jaeger, native': 'API only: its module comes without the web page, the Docker image has it',
};
