import { setImmediate as turn } from 'node:timers/promises';
import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Metric } from '@vigil/conventions';
import type { LabelValue, MetricRegistry } from '@vigil/metrics';
import { type LightSpan, LightTracerProvider, StorageContextManager } from '@vigil/tracer';
import type { InstrumentationHost } from '../../src/instrumentation-host.ts';

export interface RecordedMeasurement {
  readonly metric: string;
  readonly labels: Readonly<Record<string, LabelValue>>;
  readonly value: number;
  readonly traceId: string | undefined;
}

const SPANS_WITHIN_MILLIS = 4_000;

export interface HostSettings {
  readonly traces?: boolean;
  readonly metrics?: boolean;
}

/** What an instrumentation is given, keeping all it records. */
export class RecordingHost implements InstrumentationHost {
  readonly ended: LightSpan[] = [];
  /** Attributes as they would be sent, details included, at the moment of the end. */
  readonly sent = new Map<LightSpan, Record<string, unknown>>();
  readonly measurements: RecordedMeasurement[] = [];
  readonly warnings: string[] = [];
  readonly contextManager = new StorageContextManager();
  readonly propagator = new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  });
  readonly modules = { watch: () => () => undefined };
  readonly metrics: MetricRegistry | undefined;
  readonly tracer: InstrumentationHost['tracer'];
  started = 0;

  constructor({ traces = true, metrics = true }: HostSettings = {}) {
    const provider = new LightTracerProvider({
      resource: { attributes: {} },
      processor: {
        onStart: () => {
          this.started += 1;
        },
        onEnd: (span) => {
          const { details } = span;
          span.complete();
          this.ended.push(span);
          this.sent.set(span, attributesOf(span));
          span.details = details === undefined ? undefined : { describe: () => undefined };
        },
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    });
    this.tracer = (name) => (traces ? provider.getTracer(name) : undefined);
    this.metrics = metrics ? this.#registry() : undefined;
  }

  readonly warn = (line: string): void => {
    this.warnings.push(line);
  };

  readonly nowMillis = (): number => performance.now();

  active(): Context {
    return this.contextManager.active();
  }

  /** Resolves once this many spans have ended. @throws when they do not within 4 s, before the test runs out of its time. */
  async spans(count: number): Promise<readonly LightSpan[]> {
    const until = performance.now() + SPANS_WITHIN_MILLIS;
    while (this.ended.length < count) {
      if (performance.now() > until) throw new Error(`${this.ended.length} of ${count} spans have ended`);
      await turn();
    }
    // One more would be too many: it would come in these turns.
    for (let index = 0; index < 5; index += 1) await turn();
    return this.ended;
  }

  attributes(span: LightSpan | undefined): Record<string, unknown> {
    return (span && this.sent.get(span)) ?? {};
  }

  values(metric: Metric): readonly RecordedMeasurement[] {
    return this.measurements.filter(({ metric: name }) => name === metric.name);
  }

  /** Of an up-down counter. */
  sum(metric: Metric): number {
    return this.values(metric).reduce((total, { value }) => total + value, 0);
  }

  #registry(): MetricRegistry {
    const series = (metric: Metric) => ({
      series: (...values: readonly LabelValue[]) => {
        const labels = Object.fromEntries(
          metric.attributes.map((key, index) => [key, values[index]]).filter(([, value]) => value !== undefined),
        );
        const note = (value: number, span?: { readonly traceId: string }) => {
          this.measurements.push({ metric: metric.name, labels, value, traceId: span?.traceId });
        };
        return { record: note, add: note };
      },
    });
    return { histogram: series, counter: series, upDownCounter: series, observe: () => () => undefined };
  }
}

export const attributesOf = (span: LightSpan | undefined): Record<string, unknown> => {
  const pairs = span === undefined ? [] : (span.toJSON().attributes as readonly unknown[]);
  const object: Record<string, unknown> = {};
  for (let index = 0; index < pairs.length; index += 2) {
    const key = String(pairs[index]);
    if (key in object) throw new Error(`${key} stands twice`);
    object[key] = pairs[index + 1];
  }
  return object;
};

/** Runs without any context of the test's. */
export const outside = <Result>(host: RecordingHost, run: () => Result): Result =>
  host.contextManager.with(ROOT_CONTEXT, run);
