import type { Diagnosis } from '@vigil/instrumentation/report';
import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';

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
  /**
   * Where every span is that ended in this process, exact whenever it is called, in an `exit` listener as well. Nothing where
   * no span is sent by OTLP. Never throws.
   */
  ledger(): LedgerSnapshot | undefined;
  /**
   * What is instrumented at the time of the call, by which mechanism, what waits for its library to be loaded, and what is there and not
   * instrumented, and why. Nothing where Vigil stands down. Never throws.
   *
   * @example
   * ```ts
   * import { startTelemetry } from '@vigil/node';
   * console.table(startTelemetry().diagnose()?.notInstrumented);
   * ```
   */
  diagnose(): Diagnosis | undefined;
}
