import type { RowContext } from '../../row.ts';
import { type ApplicationRun, runApplication, WITHOUT } from './application-run.ts';
import { type Collector, collectorEnvironment } from './collector.ts';

/** One way in which a process ends. */
export interface Ending {
  readonly name: string;
  /** Of applications/ways-to-end.mjs. */
  readonly way: string;
  readonly flags?: readonly string[];
  readonly application?: string;
}

export interface Compared {
  readonly ending: Ending;
  readonly without: ApplicationRun;
  readonly up: ApplicationRun;
  readonly hung: ApplicationRun;
  /** Spans of the run with a working collector that arrived. */
  readonly arrived: number;
}

/** Spans that are queued in the moment of the end. */
export const SPANS = 500;

export interface Comparison {
  readonly up: Collector;
  readonly hanging: Collector;
  readonly context: RowContext;
  /** Flags and environment of the subject that is compared with none. */
  readonly preload: readonly string[];
  readonly env?: (collector: Collector, service: string) => Readonly<Record<string, string>>;
}

/** Runs an ending without telemetry, with it and a collector that works, with it and one that hangs. */
export async function compareEnding(ending: Ending, number: number, comparison: Comparison): Promise<Compared> {
  const { up, hanging, context, preload, env = collectorEnvironment } = comparison;
  const service = `ending-${number}`;
  const run = (flags: readonly string[], collector: Collector) =>
    runApplication({
      application: ending.application ?? 'endings.mjs',
      preload: flags,
      flags: ending.flags ?? [],
      folder: context.folder,
      env: { WAY: ending.way, SPANS: `${SPANS}`, ...env(collector, service) },
      signal: context.signal,
    });
  const without = await run(WITHOUT, up);
  const withCollector = await run(preload, up);
  const arrived = await up.spansOf(service);
  const hung = await run(preload, hanging);
  context.progress(`${ending.name}: ${without.status} · ${withCollector.status} · ${hung.status}`);
  return { ending, without, up: withCollector, hung, arrived };
}
