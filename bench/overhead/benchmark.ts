import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDatabases } from '../measure/databases.ts';
import { prepareLoadGenerator } from '../measure/load.ts';
import { noPinning, pinned } from '../measure/pinning.ts';
import { watched } from '../measure/watched-child.ts';
import { prepareAgent } from './agent-folder.ts';
import { type Options, QUICK_WINDOWS, WINDOWS } from './options.ts';
import { type Cores, type Life, secondsOf } from './process-life.ts';
import { type OverheadResult, summarise, thisMachine } from './result.ts';
import { type Contender, runRounds } from './rounds.ts';
import { ROUTES } from './routes.ts';
import type { ProcessSample } from './sample.ts';
import { startForgettingSink } from './sink.ts';
import { spansPerRequest } from './spans-per-request.ts';
import { VARIANTS, type Variant } from './variants.ts';

/** Start, first answer and stop of a process, on an ordinary machine. */
const START_AND_STOP_SECONDS = 2.5;
const SPANS_SECONDS = 8;
/** What --quick may take, beside installing agents and building Vigil; the last process may be in its middle then. */
const QUICK_SECONDS = 155;

export type Conditions = Omit<Life, keyof Contender | 'round'>;

/** The agent's name and version, of the first package its folder asks for that the application does not. */
function versionOf({ folder, name }: Variant): string | undefined {
  const package_ = { stock: '@opentelemetry/auto-instrumentations-node', splunk: '@splunk/otel' }[name];
  const known = package_ ?? { elastic: '@elastic/opentelemetry-node', sentry: '@sentry/node' }[name] ?? name;
  if (!folder.includes('competitors') || name === 'stock-off') return undefined;
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', known, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `${known} ${version}`;
}

/** Keeps the second core from idling, at a priority at which it takes nothing from anybody. */
function spin(core: number): ChildProcess {
  const loop = pinned({ command: process.execPath, args: ['-e', 'for (;;);'] }, core);
  const child = watched(spawn('chrt', ['--idle', '0', loop.command, ...loop.args], { stdio: 'ignore' }));
  // Without chrt there is no such loop: the run is as good as with --no-spin.
  child.once('error', () => undefined);
  return child;
}

export function contendersOf({ set }: Options, say: (text: string) => void): Contender[] {
  const wanted = VARIANTS.filter(({ name }) => set.variants.includes(name));
  return wanted.flatMap((variant) => {
    const entries = prepareAgent(variant, say);
    return set.modules.map((module) => ({ variant, module, entries }));
  });
}

/** Opens what the application and the load need, and closes it whatever happens. @throws what `work` throws. */
export async function withConditions<Outcome>(
  options: Pick<Options, 'set' | 'quick' | 'spin'>,
  signal: AbortSignal,
  work: (conditions: Conditions) => Promise<Outcome>,
): Promise<Outcome> {
  const isPinned = noPinning() === undefined;
  const cores: Cores = isPinned ? { application: 0, rest: 1 } : { application: undefined, rest: undefined };
  await prepareLoadGenerator();
  const databases = await startDatabases(cores.rest);
  const sink = await startForgettingSink(cores.rest);
  const spinning = options.spin && cores.rest !== undefined ? spin(cores.rest) : undefined;
  try {
    return await work({
      routes: ROUTES.filter(({ name }) => options.set.routes.includes(name)),
      windows: options.quick ? QUICK_WINDOWS : WINDOWS,
      cores,
      sink,
      databases: { ...databases.environment },
      signal,
    });
  } finally {
    spinning?.kill('SIGKILL');
    sink.close();
    await databases.close();
  }
}

async function countSpans(
  contenders: readonly Contender[],
  conditions: Conditions,
  say: (text: string) => void,
): Promise<Map<string, Record<string, number>>> {
  const spans = new Map<string, Record<string, number>>();
  for (const contender of contenders) {
    const { variant, module } = contender;
    if (variant.name.startsWith('bare')) continue;
    conditions.signal.throwIfAborted();
    const counted = await spansPerRequest(contender, conditions);
    spans.set(`${variant.name} ${module}`, counted);
    const text = Object.entries(counted).map(([route, count]) => `${route} ${count.toFixed(2)}`);
    say(`${variant.name} (${module}): spans for a request: ${text.join(', ')}`);
  }
  return spans;
}

function lineOf(sample: ProcessSample): string {
  const routes = Object.entries(sample.routes).map(
    ([route, { cpuMicros, requestsPerSecond }]) =>
      `${route} ${cpuMicros.toFixed(1)} µs ${Math.round(requestsPerSecond)}/s`,
  );
  return [...routes, `first answer ${Math.round(sample.firstAnswerMillis)} ms`].join(', ');
}

/** Runs the whole benchmark. @throws when it is interrupted, or an agent cannot be prepared. */
export async function runBenchmark(
  options: Options,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<OverheadResult> {
  const contenders = contendersOf(options, say);
  return await withConditions(options, signal, async (conditions) => {
    const { set, quick } = options;
    const { windows, routes } = conditions;
    const agents = contenders.filter(({ variant }) => !variant.name.startsWith('bare')).length;
    const turn = START_AND_STOP_SECONDS + secondsOf(windows, routes.length);
    const seconds =
      turn * contenders.length * set.rounds + (options.spans ? SPANS_SECONDS * routes.length * agents : 0);
    say(
      `${contenders.length} programs, ${set.rounds} rounds, ${routes.length} routes: about ${Math.ceil(seconds / 60)} min`,
    );
    const spans = options.spans
      ? await countSpans(contenders, conditions, say)
      : new Map<string, Record<string, number>>();
    const samples = await runRounds({
      contenders,
      rounds: set.rounds,
      conditions,
      ...(quick ? { endMillis: performance.now() + QUICK_SECONDS * 1_000 } : {}),
      progress: (round, { variant, module }, outcome) => {
        const text = typeof outcome === 'string' ? `FAILED ${outcome}` : lineOf(outcome);
        say(`round ${round + 1}/${set.rounds} ${variant.name} (${module}): ${text}`);
      },
    });
    const { routes: rows, processes } = summarise(samples);
    return {
      set: set.name,
      day: new Date().toISOString().slice(0, 10),
      machine: thisMachine(noPinning()),
      windows,
      versions: Object.fromEntries(
        contenders.flatMap(({ variant }) => {
          const version = versionOf(variant);
          return version === undefined ? [] : [[variant.name, version]];
        }),
      ),
      routes: rows.map((row) => {
        const counted = spans.get(`${row.variant} ${row.module}`)?.[row.route];
        return counted === undefined ? row : { ...row, spans: counted };
      }),
      processes,
    };
  });
}
