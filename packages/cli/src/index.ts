export { CommandError } from './command-error.ts';
export {
  type ExampleOptions,
  type ExamplePorts,
  type ExampleUrls,
  examplePrograms,
  exampleUrls,
} from './demo/example-applications.ts';
export { initialisePostgres, type PostgresOptions, postgresProgram, postgresUrl } from './demo/postgres.ts';
export { type RedisOptions, redisProgram, redisUrl } from './demo/redis.ts';
export { type RedisSource, readServices, type Services } from './demo/services-file.ts';
export { type NativeProgram, nativePrograms, type ProgramContext } from './native/programs.ts';
export { type EtcOptions, writeEtc } from './native/write-etc.ts';
export { PENDING_SIGNALS, SIGNAL_MATRIX, type SignalRow } from './signals/signal-matrix.ts';
export { awaitSignals, findSignals, type Patience, type SignalFinding, type Store } from './signals/signal-search.ts';
export {
  environmentOf,
  findStack,
  loadStackSettings,
  type NativePaths,
  nativePaths,
  type Stack,
  type StackLocation,
  type StackPaths,
} from './stack-paths.ts';
export { type StackUrls, stackUrls } from './stack-urls.ts';
export type { StoredSpan, TraceQuery } from './stores/jaeger.ts';
export {
  createStoreClient,
  type PrometheusSample,
  type StoreClient,
  StoreError,
  type StoreUrls,
} from './stores/store-client.ts';
export { inheritedEnvironment } from './supervisor/inherited-environment.ts';
export { type Inspection, inspectSupervisor } from './supervisor/orphans.ts';
export type { ProcessIdentity } from './supervisor/process-identity.ts';
export type { ProgramSpec, Readiness, SupervisorFolder } from './supervisor/program-spec.ts';
export { type Probe, probe } from './supervisor/readiness.ts';
export { RESTART_LIMITS, type RestartLimits } from './supervisor/restart-policy.ts';
export { LOG_LIMITS, type LogLimits } from './supervisor/rotating-log.ts';
export type { ProgramExit, ProgramState, ProgramStatus, RunState } from './supervisor/run-file.ts';
export { type StartOptions, startSupervisor } from './supervisor/start-supervisor.ts';
export { type StopReport, stopSupervisor } from './supervisor/stop-supervisor.ts';
export { readinessOf, type Waited, type WaitOptions, waitUntilReady } from './supervisor/wait-until-ready.ts';
