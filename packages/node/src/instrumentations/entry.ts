import type { LoggerProvider, MeterProvider } from '@opentelemetry/api';
import type { Instrumentation, InstrumentationHost } from '@vigil/instrumentation';
import type { SupportedLibrary } from '@vigil/instrumentation/report';
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
  /** Libraries it waits for beside those whose files it watches. */
  readonly supports?: readonly SupportedLibrary[];
  /** Dear to load, so only where one of these npm packages is there for the application or for one of its dependencies. */
  readonly onlyWith?: readonly string[];
  /** npm packages whose ES modules OpenTelemetry's hooks wrap when they are imported. */
  readonly wraps?: readonly string[];
  /** A new instrumentation, not switched on yet. */
  create(host: InstrumentationHost, providers: Providers): Instrumentation;
}
