import { emptyResource } from '@opentelemetry/resources';
import type { CollectionResult, MetricProducer, ScopeMetrics } from '@opentelemetry/sdk-metrics';

/** One reader's access to a registry: an additional producer for the SDK's readers (`metricProducers`). */
export class RegistryProducer implements MetricProducer {
  readonly #collect: (errors: unknown[]) => ScopeMetrics[];
  readonly #stop: () => void;

  /** @param collect never throws, nor does `stop`. */
  constructor(collect: (errors: unknown[]) => ScopeMetrics[], stop: () => void) {
    this.#collect = collect;
    this.#stop = stop;
  }

  /** Never rejects: what callbacks threw is in `errors`. */
  async collect(): Promise<CollectionResult> {
    const errors: unknown[] = [];
    const scopeMetrics = this.#collect(errors);
    // Readers take the resource from the SDK's own producer.
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors };
  }

  /** The same without a turn of the event loop, for `exit` handlers. Never throws. */
  collectNow(): ScopeMetrics[] {
    return this.#collect([]);
  }

  /** After the last collection: no span is held for a next one, unless another reader wants exemplars. Never throws. */
  stop(): void {
    this.#stop();
  }
}
