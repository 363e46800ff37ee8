import { type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';

type Collect = MetricReader['collect'];
type ForceFlush = MetricReader['forceFlush'];

/**
 * The SDK's reader, whose timers hold the process for as long as a callback of an observable instrument does not answer: 30 s
 * by default, also when the application has ended. Here a flush with a deadline waits for callbacks no longer than half of
 * it, so that what the others said can still be sent.
 */
export class BoundedMetricReader extends PeriodicExportingMetricReader {
  #callbackMillis = Number.POSITIVE_INFINITY;

  override collect(options?: Parameters<Collect>[0]): ReturnType<Collect> {
    const timeoutMillis = Math.min(options?.timeoutMillis ?? Number.POSITIVE_INFINITY, this.#callbackMillis);
    return super.collect(timeoutMillis === Number.POSITIVE_INFINITY ? options : { ...options, timeoutMillis });
  }

  override async forceFlush(options?: Parameters<ForceFlush>[0]): Promise<void> {
    const before = this.#callbackMillis;
    this.#callbackMillis = Math.min(before, (options?.timeoutMillis ?? Number.POSITIVE_INFINITY) / 2);
    try {
      await super.forceFlush(options);
    } finally {
      this.#callbackMillis = before;
    }
  }
}
