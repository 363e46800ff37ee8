import type { LoggerProvider, MeterProvider } from '@opentelemetry/api';
import type { Instrumentation, InstrumentationHost } from '@vigil/instrumentation';
import type { LightTracerProvider } from '@vigil/tracer';

/** Providers of the signals that are on. */
export interface Providers {
  readonly tracerProvider: LightTracerProvider | undefined;
  readonly meterProvider: MeterProvider | undefined;
  readonly loggerProvider: LoggerProvider | undefined;
}

/** One thing Vigil can look into. Everything else in this package treats them alike. */
export interface InstrumentationEntry {
  /** As in `OTEL_NODE_ENABLED_INSTRUMENTATIONS`, and in the line on stderr. */
  readonly name: string;
  /** Other names it is switched by: those OpenTelemetry's own have. */
  readonly aliases?: readonly string[];
  /** npm packages of which one must be there for this to see anything; none when Node.js itself is looked into. */
  readonly packages?: readonly string[];
  /** npm packages whose ES modules OpenTelemetry's hooks wrap when they are imported. */
  readonly wraps?: readonly string[];
  /** A new instrumentation, not switched on yet. */
  create(host: InstrumentationHost, providers: Providers): Instrumentation;
}
