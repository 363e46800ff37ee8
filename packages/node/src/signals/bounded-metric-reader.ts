import { type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { CallbackDeadline, type ObservableCallbacks } from './observable-callbacks.ts';

type ReaderOptions = ConstructorParameters<typeof PeriodicExportingMetricReader>[0];
type Collect = MetricReader['collect'];
type ForceFlush = MetricReader['forceFlush'];
type Shutdown = MetricReader['shutdown'];

/** For a collection that brings no deadline of its own. */
const CALLBACK_MILLIS = 30_000;
/** Callbacks have so long in a shutdown, which has to end within 2 s with everything that is to be sent. */
const SHUTDOWN_CALLBACK_MILLIS = 500;

/**
 * The SDK's reader, whose timers hold the process for as long as a callback of an observable instrument does not answer: 30 s
 * by default, also when the application has ended. Here no collection holds the process, and a flush with a deadline waits for
 * callbacks no longer than half of it, so that what the others said can still be sent.
 */
export class BoundedMetricReader extends PeriodicExportingMetricReader {
  readonly #callbacks: ObservableCallbacks;
  readonly #nowMillis: () => number;
  readonly #collections = new Set<CallbackDeadline>();
  /** Monotonic; beyond it no callback is waited for. */
  #untilMillis = Number.POSITIVE_INFINITY;

  /** @param nowMillis a monotonic clock. */
  constructor(options: ReaderOptions, callbacks: ObservableCallbacks, nowMillis: () => number) {
    super(options);
    this.#callbacks = callbacks;
    this.#nowMillis = nowMillis;
  }

  override async collect(options?: Parameters<Collect>[0]): ReturnType<Collect> {
    const wantedMillis = options?.timeoutMillis ?? CALLBACK_MILLIS;
    const timeoutMillis = Math.max(0, Math.min(wantedMillis, this.#untilMillis - this.#nowMillis()));
    const deadline = new CallbackDeadline(timeoutMillis);
    this.#collections.add(deadline);
    try {
      // Without a timeout: the SDK's timer for it would hold the process.
      return await this.#callbacks.during(deadline, () => super.collect());
    } finally {
      deadline.clear();
      this.#collections.delete(deadline);
    }
  }

  override forceFlush(options?: Parameters<ForceFlush>[0]): Promise<void> {
    const callbackMillis = (options?.timeoutMillis ?? Number.POSITIVE_INFINITY) / 2;
    return this.#within(callbackMillis, () => super.forceFlush(options));
  }

  override shutdown(options?: Parameters<Shutdown>[0]): Promise<void> {
    return this.#within(SHUTDOWN_CALLBACK_MILLIS, () => super.shutdown(options));
  }

  /** Also for a collection that waits already. */
  async #within(callbackMillis: number, work: () => Promise<void>): Promise<void> {
    if (callbackMillis === Number.POSITIVE_INFINITY) return work();
    const before = this.#untilMillis;
    this.#untilMillis = Math.min(before, this.#nowMillis() + callbackMillis);
    const timer = setTimeout(() => this.#expire(), callbackMillis).unref();
    try {
      await work();
    } finally {
      clearTimeout(timer);
      this.#untilMillis = before;
    }
  }

  #expire(): void {
    for (const deadline of this.#collections) deadline.expire();
  }
}
