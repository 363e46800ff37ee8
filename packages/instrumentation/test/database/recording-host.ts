import { ROOT_CONTEXT, type Span, SpanKind, TraceFlags } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Metric } from '@vigil/conventions';
import type { LabelValue, MetricRegistry, Observe } from '@vigil/metrics';
import { LightContext, type LightSpan, LightTracerProvider, StorageContextManager } from '@vigil/tracer';
import type { InstrumentationHost } from '../../src/instrumentation-host.ts';
import type { ModuleLoads } from '../../src/module-load/module-loads.ts';

/** A span as a test looks at it. */
export interface SeenSpan {
  readonly name: string;
  readonly parent: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: number;
}

/** A value of a metric: `name{label,label}`. */
export interface SeenValue {
  readonly metric: string;
  readonly labels: readonly LabelValue[];
  readonly value: number;
}

/** A host of instrumentations that keeps everything it is given. */
export class RecordingHost implements InstrumentationHost {
  readonly contextManager = new StorageContextManager();
  readonly propagator = new W3CTraceContextPropagator();
  readonly ended: LightSpan[] = [];
  readonly open = new Set<LightSpan>();
  readonly values: SeenValue[] = [];
  readonly warnings: string[] = [];
  readonly modules: ModuleLoads;
  readonly metrics: MetricRegistry;
  readonly #provider: LightTracerProvider;
  readonly #observed: [Metric, Observe][] = [];

  constructor(modules: ModuleLoads) {
    this.modules = modules;
    this.#provider = new LightTracerProvider({
      resource: { attributes: {} },
      processor: {
        onStart: (span) => void this.open.add(span),
        onEnd: (span) => {
          this.open.delete(span);
          this.ended.push(span);
        },
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    });
    const kept = (metric: Metric) => ({
      series: (...labels: readonly LabelValue[]) => {
        const keep = (value: number) => void this.values.push({ metric: metric.name, labels, value });
        return { record: keep, add: keep };
      },
    });
    this.metrics = {
      histogram: kept,
      counter: kept,
      upDownCounter: kept,
      observe: (metric, callback) => {
        this.#observed.push([metric, callback]);
        return () => undefined;
      },
    };
  }

  readonly tracer = (scope: string) => this.#provider.getTracer(scope);
  readonly warn = (line: string) => void this.warnings.push(line);
  readonly nowMillis = () => performance.now();

  /** Runs under a span of this name. */
  async under<T>(name: string, work: () => T): Promise<Awaited<T>> {
    const root = this.tracer('test').startOperation(name, SpanKind.SERVER, ROOT_CONTEXT, [], undefined);
    try {
      return await this.contextManager.with(new LightContext(root as Span), work);
    } finally {
      root.end();
    }
  }

  /** What ended since the last call, without the spans of `under`. */
  takeSpans(): SeenSpan[] {
    const names = new Map(this.ended.map((span) => [span.spanId, span.name]));
    const seen = this.ended
      .filter((span) => span.scope.name !== 'test')
      .map((span) => {
        span.complete();
        const pairs = [...(span.constants?.pairs ?? []), ...span.attributes];
        const attributes: Record<string, unknown> = {};
        for (let index = 0; index < pairs.length; index += 2) attributes[String(pairs[index])] = pairs[index + 1];
        return { name: span.name, parent: names.get(span.parentSpanId) ?? '', attributes, status: span.statusCode };
      });
    this.ended.length = 0;
    return seen;
  }

  takeValues(): SeenValue[] {
    return this.values.splice(0);
  }

  collect(): SeenValue[] {
    const collected: SeenValue[] = [];
    for (const [metric, observe] of this.#observed) {
      observe((value, ...labels) => void collected.push({ metric: metric.name, labels, value }));
    }
    return collected;
  }
}

export const SAMPLED = TraceFlags.SAMPLED;
