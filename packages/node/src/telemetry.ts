/** How long a flush or shutdown may take. */
export interface FlushOptions {
  /** Milliseconds after which the promise settles whatever is still on its way. Default: 30 000. */
  readonly timeoutMillis?: number;
}

/** Telemetry that runs in this process. */
export interface Telemetry {
  /** Version of `@vigil/node` that runs. */
  readonly version: string;
  /** `service.name` of everything that is sent. */
  readonly serviceName: string;
  /**
   * Sends what is queued. Never rejects.
   *
   * @returns whether everything was handled in time; delivery failures are said on stderr.
   */
  forceFlush(options?: FlushOptions): Promise<boolean>;
  /** Sends what is queued and stops: providers, hooks on signals, instrumentations. Otherwise as `forceFlush`. */
  shutdown(options?: FlushOptions): Promise<boolean>;
}
