import type { TextMapPropagator } from '@opentelemetry/api';
import type { MetricRegistry } from '@vigil/metrics';
import type { LightTracer, StorageContextManager } from '@vigil/tracer';
import type { ModuleLoads } from './module-load/module-loads.ts';

/** What an instrumentation is given. It reads no environment and asks no global. */
export interface InstrumentationHost {
  /** The tracer of a scope (`@vigil/instrumentation/http`); undefined when traces are off: then nothing is recorded, and context still flows. */
  readonly tracer: (scopeName: string) => LightTracer | undefined;
  /** Undefined when metrics are off. */
  readonly metrics: MetricRegistry | undefined;
  readonly contextManager: StorageContextManager;
  readonly propagator: TextMapPropagator;
  /** Says when a file of a library has been loaded. */
  readonly modules: ModuleLoads;
  /** One line for people, rate limited by the host; for what keeps a library from being instrumented. */
  readonly warn: (line: string) => void;
  /** Monotonic milliseconds; for durations that no span measures. */
  readonly nowMillis: () => number;
}
