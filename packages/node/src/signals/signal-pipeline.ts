/** One signal: the provider that the API hands out, and the way to empty what is before the export pipeline. */
export interface SignalPipeline<Provider> {
  readonly provider: Provider;
  /**
   * Collects and hands over to the export pipeline, without waiting for the delivery; flushes what the application added. What
   * answers only after `timeoutMillis` is left out.
   */
  handOver(timeoutMillis: number): Promise<unknown>;
  /** The same at once, for `exit` handlers; where it is not there, nothing is before the pipeline. May throw. */
  handOverNow?(): void;
  shutdown(): Promise<void>;
}
