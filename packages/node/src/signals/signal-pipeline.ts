/** One signal: the provider that the API hands out, and the way to empty what is behind it. */
export interface SignalPipeline<Provider> {
  readonly provider: Provider;
  /** Sends what is queued and waits for the deliveries. */
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
