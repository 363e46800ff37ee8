import type { LoggerProvider, MeterProvider, TracerProvider } from '@opentelemetry/api';

/** What Vigil needs of an instrumentation; OpenTelemetry's fit. */
export interface Instrumentation {
  setTracerProvider(provider: TracerProvider): void;
  setMeterProvider(provider: MeterProvider): void;
  setLoggerProvider?(provider: LoggerProvider): void;
  disable(): void;
}

/** One thing Vigil can look into. Everything else in this package treats them alike. */
export interface InstrumentationEntry {
  /** As in `OTEL_NODE_ENABLED_INSTRUMENTATIONS`, and at the start of the line on stderr. */
  readonly name: string;
  /** npm package that must be installed for this to see anything; nothing when Node.js itself is looked into. */
  readonly package?: string;
  /** npm packages whose ES modules are wrapped when they are imported. `require` needs no list. */
  readonly wraps?: readonly string[];
  /** Modules of Node.js that are patched in place when the process starts, for `import` and `require` alike. */
  readonly patches?: readonly string[];
  /** A new instrumentation, switched on. It does not have its providers yet. */
  create(): Instrumentation;
}
