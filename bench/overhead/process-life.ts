import { failuresOf, type LoadReport, load, socketLoad } from '../measure/load.ts';
import { type Core, noPinning } from '../measure/pinning.ts';
import { coreTime, memoryOf } from '../measure/processes.ts';
import { RunningApplication } from '../measure/running-application.ts';
import type { Route } from './routes.ts';
import type { ProcessSample, RouteSample } from './sample.ts';
import type { ForgettingSink } from './sink.ts';
import { environmentOf, type ModuleKind, type Variant } from './variants.ts';

/** Seconds of each part of a process' life. */
export interface Windows {
  /** Before the first route: compiling, growing the heap. */
  readonly firstWarmUp: number;
  /** Before every route. */
  readonly warmUp: number;
  readonly saturated: number;
  readonly halfLoad: number;
  readonly heap: number;
}

/** Seconds one process with so many routes takes beside its start and stop. */
export const secondsOf = (windows: Windows, routes: number): number =>
  windows.firstWarmUp + routes * (windows.warmUp + windows.saturated + windows.halfLoad + windows.heap);

export interface Cores {
  readonly application: number | undefined;
  /** Load, databases, sink. */
  readonly rest: Core;
}

export interface Life {
  readonly variant: Variant;
  readonly module: ModuleKind;
  readonly round: number;
  /** Folder with main.cjs and main.mjs. */
  readonly entries: string;
  readonly routes: readonly Route[];
  readonly windows: Windows;
  readonly cores: Cores;
  readonly sink: ForgettingSink;
  readonly databases: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

interface Usage {
  readonly cpu: { readonly user: number; readonly system: number };
}
interface Heap {
  readonly allocatedBytes: number;
  readonly gcMillis: number;
}

/** Starts the measured application as its variant wants it. */
export function startApplication(life: Life, flags: readonly string[] = []): Promise<RunningApplication> {
  const { variant, module, entries, routes, cores, sink, databases } = life;
  const parts = [...new Set(routes.flatMap(({ part }) => (part === undefined ? [] : [part])))];
  return RunningApplication.start({
    folder: variant.folder,
    entry: `${entries}/main.${module === 'cjs' ? 'cjs' : 'mjs'}`,
    flags: [...flags, ...variant.flags[module]],
    environment: {
      ...environmentOf(variant, sink.port),
      ...databases,
      APP_PARTS: parts.join(),
      APP_UPSTREAM_URL: `http://127.0.0.1:${sink.port}/upstream`,
    },
    core: cores.application,
  });
}

/** Load on one route for so many seconds; `rate` 0 is as much as is answered. */
export function loadRoute(
  application: RunningApplication,
  route: Route,
  window: { seconds: number; rate?: number; core: Core; signal: AbortSignal },
): Promise<LoadReport> {
  const { port, fastifyPort } = application;
  if (route.target === 'socket.io') return socketLoad({ port, ...window });
  const at = route.target === 'fastify' ? fastifyPort : port;
  return load({ url: `http://127.0.0.1:${at}${route.path}`, ...window });
}

const cpuMicrosOf = ({ cpu }: Usage): number => cpu.user + cpu.system;

async function measureRoute(application: RunningApplication, route: Route, life: Life): Promise<RouteSample> {
  const { windows, cores, sink, signal } = life;
  const core = cores.application;
  const run = (seconds: number, rate = 0) => loadRoute(application, route, { seconds, rate, core: cores.rest, signal });
  const usage = async () => cpuMicrosOf(await application.ask<Usage>('usage'));
  await run(windows.warmUp);

  const [sentBefore, cpuBefore] = [await sink.tally(), await usage()];
  const [coreBefore, begun] = [core === undefined ? undefined : coreTime(core), performance.now()];
  const saturated = await run(windows.saturated);
  const [coreAfter, seconds] = [core === undefined ? undefined : coreTime(core), (performance.now() - begun) / 1_000];
  const cpuMicros = (await usage()) - cpuBefore;
  const sentAfter = await sink.tally();
  const busyAll = (coreAfter?.busySeconds ?? 0) - (coreBefore?.busySeconds ?? 0);
  const stolen = (coreAfter?.stealSeconds ?? 0) - (coreBefore?.stealSeconds ?? 0);
  const foreign = noPinning() === undefined ? Math.max(0, busyAll - cpuMicros / 1e6) + stolen : 0;
  const requests = Math.max(1, saturated.requests);

  const half = await run(windows.halfLoad, Math.max(1, saturated.requestsPerSecond / 2));
  await application.ask('heap on');
  const watched = await run(windows.heap);
  const heap = await application.ask<Heap>('heap off');
  const watchedRequests = Math.max(1, watched.requests);
  return {
    cpuMicros: cpuMicros / requests,
    requestsPerSecond: saturated.requestsPerSecond,
    p50Millis: half.latencyMillis.p50,
    p99Millis: half.latencyMillis.p99,
    allocatedBytes: heap.allocatedBytes / watchedRequests,
    gcMicros: (heap.gcMillis * 1_000) / watchedRequests,
    sentBytes: (sentAfter.bytes - sentBefore.bytes) / requests,
    failures: failuresOf(saturated),
    busyShare: cpuMicros / 1e6 / seconds,
    foreignShare: foreign / seconds,
  };
}

/** A process from its start to its end, with every route measured in between. @throws when it does not live that long. */
export async function measureLife(life: Life): Promise<ProcessSample> {
  const { variant, module, round, routes, windows, cores, signal } = life;
  const application = await startApplication(life);
  const samples: Record<string, RouteSample> = {};
  try {
    const [first] = routes;
    if (first !== undefined)
      await loadRoute(application, first, { seconds: windows.firstWarmUp, core: cores.rest, signal });
    for (const route of routes) samples[route.name] = await measureRoute(application, route, life);
    const memory = memoryOf(application.pid);
    const stopped = await application.stop();
    return {
      variant: variant.name,
      module,
      round,
      firstAnswerMillis: application.firstAnswerMillis,
      residentMib: memory?.residentMib ?? Number.NaN,
      peakMib: memory?.peakMib ?? Number.NaN,
      stopMillis: stopped.millis,
      ending: String(stopped.exitCode ?? stopped.signal),
      routes: samples,
    };
  } finally {
    await application.stop('SIGKILL');
  }
}
