import { relative } from 'node:path';
import { CommandError } from '../command-error.ts';
import { dockerStatus } from '../docker/docker-status.ts';
import { engineAtWork, runsAlready } from '../engine-choice.ts';
import { type OpenedStack, openStack, type StackFlags } from '../open-stack.ts';
import { PENDING_SIGNALS } from '../signals/signal-matrix.ts';
import { stackUrls } from '../stack-urls.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { down } from '../verbs/down.ts';
import { up } from '../verbs/up.ts';
import { type DemoGroup, startDemoGroup } from './demo-group.ts';
import { demoLinks, type Pages } from './links.ts';
import { runMainJob } from './main-job.ts';
import { readServices } from './services-file.ts';
import { problemsOfResult, summaryLines } from './summary.ts';

/** `vigil demo`. */
export interface DemoFlags extends StackFlags {
  /** Exit with 1 when anything is missing. */
  readonly check: boolean;
  /** Leave everything running. */
  readonly keep: boolean;
}

/** As long as `vigil up` waits: a contended machine takes minutes for what usually takes 15 s. */
const STACK_SECONDS = 180;
const PROGRAMS = 'collector, Prometheus, Alertmanager, Jaeger, Loki, pager';

/**
 * The main job: stack and applications up, load, a fault, the page, what each store holds, a trace through both services.
 *
 * @throws CommandError, ConfigError when it cannot be tried; nothing is left running then.
 */
export async function demo(flags: DemoFlags, surroundings: Surroundings): Promise<ExitCode> {
  const stack = openStack(flags, surroundings);
  const { around } = stack;
  const { note, colours } = around.terminal;
  const step = (text: string) => note(colours.bold(`▶ ${text}`));
  // Without a database there is nothing to show: said before anything is started.
  readServices(stack.paths.root);
  // Alertmanager remembers for an hour whom it paged; an environment of its own makes each run a new incident.
  const environmentName = `demo-${around.now().toISOString().slice(11, 19).replaceAll(':', '')}`;
  // A stack that somebody runs is used and left alone; the demo's own is stopped at the end.
  const joined = await runsAlready(stack.paths, stack.asked, around);
  const missing: string[] = [];
  let group: DemoGroup | undefined;
  let shown = false;
  try {
    step(`Stack: ${joined ? 'the one that runs is used and left alone' : `${PROGRAMS} (about 15 s)`}`);
    if (!joined) missing.push(...(await startStack(flags, around)));
    if (around.signal.aborted) return 130;
    step('Applications: PostgreSQL, Redis, payments, shop with --import @vigil/node/register (about 5 s)');
    group = await startDemoGroup(stack, { environmentName, userId: process.getuid?.() ?? 1 });
    const result = await runMainJob({ stack, examples: group.urls, environmentName, missing, step });
    const links = demoLinks(stackUrls(stack.settings), group.urls, await pagesOf(stack));
    summaryLines(result, links, around.terminal).forEach(around.terminal.out);
    notePending(around);
    if (around.signal.aborted) return 130;
    shown = true;
    return flags.check && problemsOfResult(result).length > 0 ? 1 : 0;
  } catch (error) {
    // What was starting when Ctrl-C came says that it did not come up: nobody has to be told.
    if (around.signal.aborted && error instanceof CommandError) return 130;
    throw error;
  } finally {
    if (flags.keep && shown) noteKept(stack);
    else await stopOwn({ flags, group, joined, around: { ...around, signal: new AbortController().signal }, step });
  }
}

/** What could not be started, a sentence each: the demo goes on with its applications then. */
async function startStack(flags: DemoFlags, around: Surroundings): Promise<string[]> {
  try {
    const code = await up({ ...flags, wait: true, timeout: STACK_SECONDS }, around);
    return code === 0 ? [] : ['the stack did not come up (see above)'];
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CommandError') throw error;
    around.terminal.note(`  ${error.message}`);
    return [`the stack was not started: ${error.message}`];
  }
}

/** What of the stack has a page to open now. */
async function pagesOf({ paths, asked, settings, around }: OpenedStack): Promise<Pages> {
  const choice = await engineAtWork(paths, asked, around);
  if (choice?.engine !== 'docker') return { jaeger: false, grafana: undefined };
  const { programs } = await dockerStatus(choice.docker, settings, around.now());
  return { jaeger: true, grafana: programs.find(({ name }) => name === 'grafana')?.url };
}

function notePending({ terminal }: Surroundings): void {
  const names = PENDING_SIGNALS.map(({ source }) => source).join('; ');
  terminal.note(terminal.colours.dim(`Not measured yet, by name: ${names}.`));
}

/** The commands as they can be pasted in the checkout: neither `vigil` nor a Node that is new enough need be on PATH. */
function noteKept({ paths, around: { terminal } }: OpenedStack): void {
  const own = relative(paths.root, process.execPath);
  const vigil = `${own.startsWith('..') ? 'node' : own} packages/cli/bin/vigil.js`;
  terminal.note(`Everything keeps running. Look: \`${vigil} status\`, \`${vigil} logs\`. Stop: \`${vigil} down\`.`);
}

interface Ending {
  readonly flags: DemoFlags;
  readonly group: DemoGroup | undefined;
  /** The stack ran before the demo began. */
  readonly joined: boolean;
  readonly around: Surroundings;
  readonly step: (text: string) => void;
}

async function stopOwn({ flags, group, joined, around, step }: Ending): Promise<void> {
  step(
    `Stopping ${joined ? 'the applications; the stack ran before and goes on' : '(about 5 s; --keep leaves everything running)'}`,
  );
  await group?.stop();
  if (!joined) await down({ ...flags, volumes: false }, around);
}
