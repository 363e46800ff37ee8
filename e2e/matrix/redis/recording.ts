import { ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import type { Instrumentation, ModuleLoads } from '@vigil/instrumentation';
import { createRedisInstrumentation, type RedisOptions } from '@vigil/instrumentation/redis';
import { createMetricRegistry } from '@vigil/metrics';
import { LightContext, type LightSpan, LightTracerProvider, StorageContextManager } from '@vigil/tracer';
import { loadsOf } from './loaded-files.ts';

/** A span as it is sent: with what its instrumentation left until then. */
export interface SentSpan {
  readonly name: string;
  readonly kind: number;
  readonly parentSpanId: string;
  readonly spanId: string;
  readonly traceId: string;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const asSent = (span: LightSpan): SentSpan => {
  span.complete();
  const pairs = [...(span.constants?.pairs ?? []), ...span.attributes];
  const attributes: Record<string, unknown> = {};
  for (let index = 0; index < pairs.length; index += 2) attributes[String(pairs[index])] = pairs[index + 1];
  const { name, kind, parentSpanId, spanId, traceId, statusCode, statusMessage } = span;
  return { name, kind, parentSpanId, spanId, traceId, statusCode, statusMessage, attributes };
};

/** The instrumentation of one library, with everything it recorded. */
export class Recording {
  readonly contextManager = new StorageContextManager();
  readonly instrumentation: Instrumentation;
  readonly lines: string[] = [];
  readonly #ended: LightSpan[] = [];
  #open = 0;
  readonly #provider: LightTracerProvider;
  readonly #registry = createMetricRegistry();
  readonly #producer = this.#registry.producer();

  /** @param library which one to load and patch now, or who tells what the application loads. */
  constructor(library: string | ModuleLoads, options: RedisOptions = {}) {
    this.#provider = new LightTracerProvider({
      resource: { attributes: {} },
      processor: {
        onStart: () => {
          this.#open += 1;
        },
        onEnd: (span) => {
          this.#open -= 1;
          this.#ended.push(span);
        },
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    });
    this.instrumentation = createRedisInstrumentation(
      {
        tracer: (name) => this.#provider.getTracer(name) as never,
        metrics: this.#registry,
        contextManager: this.contextManager,
        propagator: { inject: () => undefined, extract: (context) => context, fields: () => [] },
        modules: typeof library === 'string' ? loadsOf(library) : library,
        warn: (line) => void this.lines.push(line),
        nowMillis: () => performance.now(),
      },
      options,
    );
    this.instrumentation.enable();
  }

  get open(): number {
    return this.#open;
  }

  /** Runs with an active span, as in a request. @returns the parent and what was recorded below it, in the order of their ends. */
  async inSpan(run: () => Promise<unknown>): Promise<{ readonly parent: Span; readonly spans: SentSpan[] }> {
    const parent = this.#provider.getTracer('test').startSpan('parent', {}, ROOT_CONTEXT);
    await this.contextManager.with(new LightContext(parent), run);
    parent.end();
    const own = parent as LightSpan;
    const spans = this.#ended.filter((span) => span !== own && span.traceId === own.traceId).map(asSent);
    return { parent, spans };
  }

  all(): SentSpan[] {
    return this.#ended.map(asSent);
  }

  /** Value of a metric's points whose attributes include these; of histograms the number of recorded values. */
  sum(name: string, labels: Readonly<Record<string, unknown>> = {}): number {
    let total = 0;
    for (const { descriptor, dataPoints } of this.#metrics()) {
      if (descriptor.name !== name) continue;
      for (const { attributes, value } of dataPoints) {
        if (!Object.entries(labels).every(([key, wanted]) => attributes[key] === wanted)) continue;
        total += typeof value === 'number' ? value : (value as { count: number }).count;
      }
    }
    return total;
  }

  /** Everything that would leave the process, as text: for canaries. */
  everything(): string {
    return JSON.stringify([this.all(), this.#metrics(), this.lines], (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  }

  #metrics() {
    return (
      this.#producer.collectNow() as unknown as {
        metrics: {
          descriptor: { name: string };
          dataPoints: { attributes: Record<string, unknown>; value: unknown }[];
        }[];
      }[]
    ).flatMap(({ metrics }) => metrics);
  }
}
