import { randomUUID } from 'node:crypto';
import { arch, hostname } from 'node:os';
import { diag } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { type Environment, readEnvironment, type TelemetrySettings } from '@vigil/config/environment';
import { createModuleLoads, type InstrumentationHost } from '@vigil/instrumentation';
import { APPLICATION_DISK, type ApplicationFacts, applicationFacts, diagnose } from '@vigil/instrumentation/report';
import { type ExportPipeline, registerSelfMetrics } from '@vigil/otlp-exporter';
import { StorageContextManager } from '@vigil/tracer';
import { registerApi } from './api-globals.ts';
import { findApplication, isInstalledSomewhere } from './application.ts';
import { type Deadline, withinDeadline } from './deadline.ts';
import { createDiagLogger, DIAG_LOG_LEVELS } from './diag-logger.ts';
import { flushAtExit, type ProcessHost } from './exit-flush.ts';
import { failureText } from './failure-text.ts';
import type { InstrumentationEntry, Providers } from './instrumentations/entry.ts';
import { INSTRUMENTATIONS, selectInstrumentations } from './instrumentations.ts';
import { enableInstrumentations } from './instrumented.ts';
import { readProcessFacts } from './process-facts.ts';
import { createPropagator } from './propagator.ts';
import { chooseServiceName, createResource } from './resource.ts';
import { runningTelemetry, setRunningTelemetry } from './running.ts';
import { createPipeline } from './signals/export-pipeline.ts';
import { type AddedParts, createPipelines, type Pipelines } from './signals/pipelines.ts';
import { type ProcessFacts, standDown } from './stand-down.ts';
import { startLine } from './start-line.ts';
import { writeLine } from './stderr.ts';
import type { FlushOptions, Telemetry } from './telemetry.ts';
import { VERSION } from './version.ts';

/** What {@link startTelemetry} can be told beyond the environment. */
export interface TelemetryOptions extends AddedParts {
  /** Default: `readEnvironment()` of `@vigil/config/environment`. */
  readonly environment?: Environment;
  /** Instead of all that Vigil has; an empty list touches no module. */
  readonly instrumentations?: readonly InstrumentationEntry[];
}

const FLUSH_TIMEOUT_MILLIS = 30_000;

/**
 * Starts telemetry in this process; when it runs already, for instance by the preload, returns what runs. Where Vigil
 * stands down (`OTEL_SDK_DISABLED=true`, another SDK, a worker thread) it says so and returns telemetry that does nothing.
 * Modules imported before this call are not instrumented: prefer the preload.
 *
 * @throws when OpenTelemetry's API refuses the providers; the process is then as before.
 *
 * @example
 * ```ts
 * import { startTelemetry } from '@vigil/node';
 * const telemetry = startTelemetry();
 * await telemetry.forceFlush({ timeoutMillis: 2_000 }); // for example at the end of a serverless invocation
 * ```
 */
export function startTelemetry(options: TelemetryOptions = {}): Telemetry {
  const running = runningTelemetry();
  if (running !== undefined) return running;
  const { settings, problems } = options.environment ?? readEnvironment();
  const facts = readProcessFacts(settings.nodeOptions);
  const reason = standDown(facts, settings);
  if (reason !== undefined) {
    if (!reason.quiet && !settings.quiet) writeLine(`vigil ${VERSION} stands down: ${reason.because}`);
    return IDLE;
  }
  const selected = selectInstrumentations(options.instrumentations ?? INSTRUMENTATIONS, settings);
  installDiagnostics(settings, [
    ...problems,
    ...selected.unknownNames.map((name) => `${name}: no instrumentation of this name`),
  ]);
  const application = findApplication(process.argv[1], currentFolder(), APPLICATION_DISK);
  const serviceName = chooseServiceName(settings.serviceName, application);
  const isThere = (packageName: string) => isInstalledSomewhere(packageName, application.folder, APPLICATION_DISK);
  const entries = selected.entries.filter(({ onlyWith }) => onlyWith === undefined || onlyWith.some(isThere));
  const telemetry = compose({ settings, options, facts, serviceName, application, entries });
  setRunningTelemetry(telemetry);
  if (!settings.quiet) {
    const diagnosis = telemetry.diagnose();
    if (diagnosis !== undefined) writeLine(startLine({ version: VERSION, serviceName, settings, diagnosis }));
  }
  return telemetry;
}

/** The folder a process was started in may be gone by now. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

/** Telemetry of a process Vigil leaves alone. */
const IDLE: Telemetry = {
  version: VERSION,
  serviceName: '',
  forceFlush: () => Promise.resolve(true),
  shutdown: () => Promise.resolve(true),
  ledger: () => undefined,
  diagnose: () => undefined,
};

function installDiagnostics(settings: TelemetrySettings, problems: readonly string[]): void {
  const logger = createDiagLogger({ write: writeLine, nowMillis: () => performance.now() });
  diag.setLogger(logger, { logLevel: DIAG_LOG_LEVELS[settings.logLevel], suppressOverrideMessage: true });
  setGlobalErrorHandler((error) => diag.error(failureText(error)));
  for (const problem of problems) diag.warn(problem);
}

interface Composition {
  readonly settings: TelemetrySettings;
  readonly options: TelemetryOptions;
  readonly facts: ProcessFacts;
  readonly serviceName: string;
  readonly application: ReturnType<typeof findApplication>;
  readonly entries: readonly InstrumentationEntry[];
}

/** The one place where the parts meet, in the order they need each other. */
function compose({ settings, options, facts, serviceName, application, entries }: Composition): Telemetry {
  const identity = {
    hostName: hostname(),
    arch: arch(),
    platform: process.platform,
    pid: process.pid,
    nodeVersion: process.versions.node,
    instanceId: randomUUID(),
  };
  const resource = createResource(serviceName, application, identity, settings.resourceAttributes);
  const pipeline = createPipeline(settings);
  const { providers, registry, pipelines, settle, handOverNow, drainSync } = createPipelines(
    settings,
    resource,
    pipeline,
    options,
  );
  const contextManager = new StorageContextManager();
  const propagator = createPropagator(settings.propagators);
  const unregisterApi = orStop(pipelines, pipeline, () => registerApi({ ...providers, contextManager, propagator }));
  const stopSelfMetrics = publishSelfMetrics(pipeline, providers.meterProvider);
  const modules = createModuleLoads({ warn: (line) => diag.warn(line) });
  const host: InstrumentationHost = {
    tracer: (scopeName) => providers.tracerProvider?.getTracer(scopeName, VERSION),
    metrics: registry,
    contextManager,
    propagator,
    modules,
    warn: (line) => diag.warn(line),
    nowMillis: () => performance.now(),
  };
  const instrumentations = enableInstrumentations(entries, host, providers, facts.options);
  let applicationNow: ApplicationFacts | undefined;
  const handOver = (timeoutMillis: number) =>
    Promise.allSettled(pipelines.map((signal) => signal.handOver(timeoutMillis)));
  const collect = (deadline: Deadline) => withinDeadline(handOver(deadline.timeoutMillis), deadline);
  const flush = (deadline: Deadline) => withinDeadline(deliver(handOver, pipeline, deadline), deadline);
  const lastFlush = (deadline: Deadline) => {
    settle();
    return flush(deadline);
  };
  const atExit = { collect, collectNow: handOverNow, flush: lastFlush, drainSync };
  const leaveProcess = flushAtExit(process as ProcessHost, atExit, () => performance.now());

  return {
    version: VERSION,
    serviceName,
    forceFlush: ({ timeoutMillis = FLUSH_TIMEOUT_MILLIS }: FlushOptions = {}) => flush({ timeoutMillis }),
    async shutdown({ timeoutMillis = FLUSH_TIMEOUT_MILLIS }: FlushOptions = {}) {
      leaveProcess();
      instrumentations.disable();
      stopSelfMetrics();
      const stopped = await withinDeadline(stopAll(pipelines, pipeline), { timeoutMillis });
      unregisterApi();
      setRunningTelemetry(undefined);
      return stopped;
    },
    ledger: () => (settings.traces.exporters.includes('otlp') ? pipeline?.ledger() : undefined),
    diagnose() {
      applicationNow ??= factsOf(facts, modules.blindSpot);
      return diagnose(instrumentations.status(), instrumentations.supported, applicationNow);
    },
  };
}

function factsOf({ script, options, nodeVersion, loadedModules }: ProcessFacts, blindSpot: string | undefined) {
  const process = {
    script,
    options,
    nodeVersion,
    currentFolder: currentFolder(),
    loadedBefore: loadedModules,
    blindSpot,
  };
  return applicationFacts(process, APPLICATION_DISK);
}

/** The pipeline's own accounts, for the alerts on the telemetry itself. */
function publishSelfMetrics(
  pipeline: ExportPipeline | undefined,
  meterProvider: Providers['meterProvider'],
): () => void {
  if (pipeline === undefined || meterProvider === undefined) return () => undefined;
  return registerSelfMetrics(pipeline, meterProvider);
}

/** Whatever is still on its way at the deadline goes on; nobody waits for it. */
async function deliver(
  handOver: (timeoutMillis: number) => Promise<unknown>,
  pipeline: ExportPipeline | undefined,
  { timeoutMillis }: Deadline,
): Promise<void> {
  await handOver(timeoutMillis);
  await pipeline?.forceFlush({ timeoutMillis });
}

/** The signals first: what they still collect goes out through the export pipeline. */
async function stopAll(pipelines: Pipelines['pipelines'], pipeline: ExportPipeline | undefined): Promise<void> {
  await Promise.allSettled(pipelines.map((signal) => signal.shutdown()));
  await pipeline?.shutdown();
}

/** Leaves no timer, no worker and no open port behind when the API refuses. */
function orStop<Result>(
  pipelines: Pipelines['pipelines'],
  pipeline: ExportPipeline | undefined,
  step: () => Result,
): Result {
  try {
    return step();
  } catch (error) {
    void stopAll(pipelines, pipeline);
    diag.disable();
    throw error;
  }
}
