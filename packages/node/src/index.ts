export type { InstrumentationEntry, Providers } from './instrumentations/entry.ts';
export { startTelemetry, type TelemetryOptions } from './start.ts';
export type { FlushOptions, Telemetry } from './telemetry.ts';
export { VERSION } from './version.ts';
