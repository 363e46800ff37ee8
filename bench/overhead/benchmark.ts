import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noPinning } from '../measure/pinning.ts';
import { prepareAgent } from './agent-folder.ts';
import { type Conditions, withConditions } from './conditions.ts';
import type { Options } from './options.ts';
import { secondsOf } from './process-life.ts';
import { type OverheadResult, summarise, thisMachine } from './result.ts';
import { type Contender, runRounds } from './rounds.ts';
import type { ProcessSample } from './sample.ts';
import { spansPerRequest } from './spans-per-request.ts';
import { BARE, VARIANTS, type Variant } from './variants.ts';

/** Start, first answer and stop of a process, on an ordinary machine. */
const START_AND_STOP_SECONDS = 2.5;
const SPANS_SECONDS = 8;
/** What --quick may take, beside installing agents and building Vigil; the last process may be in its middle then. */
const QUICK_SECONDS = 140;

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

interface Prepared {
  readonly contenders: readonly Contender[];
  readonly leftOut: readonly string[];
}

/** Makes everybody ready; an agent that cannot be installed is left out. @throws when Vigil or the bare application is not ready. */
function prepare({ set }: Options, say: (text: string) => void): Prepared {
  const contenders: Contender[] = [];
  const leftOut: string[] = [];
  for (const variant of VARIANTS.filter(({ name }) => set.variants.includes(name))) {
    try {
      const entries = prepareAgent(variant, say);
      for (const module of set.modules) contenders.push({ variant, module, entries });
    } catch (error) {
      if (variant.folder === BARE.folder) throw error;
      const [reason] = String(error instanceof Error ? error.message : error).split('\n');
      leftOut.push(`${variant.title}: ${reason}`);
      say(`${variant.name}: left out, ${reason}`);
    }
  }
  return { contenders, leftOut };
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

/** Runs the whole benchmark; interrupted in its rounds, it draws together what there is. @throws when nothing could be measured. */
export async function runBenchmark(
  options: Options,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<OverheadResult> {
  const { contenders, leftOut } = prepare(options, say);
  const failedTurns: string[] = [];
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
        if (typeof outcome === 'string')
          failedTurns.push(`${variant.name} (${module}), round ${round + 1}: ${outcome}`);
        say(`round ${round + 1}/${set.rounds} ${variant.name} (${module}): ${text}`);
      },
    });
    if (signal.aborted) failedTurns.push(`interrupted after ${samples.length} processes`);
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
      leftOut,
      failedTurns,
      routes: rows.map((row) => {
        const counted = spans.get(`${row.variant} ${row.module}`)?.[row.route];
        return counted === undefined ? row : { ...row, spans: counted };
      }),
      processes,
    };
  });
}
