import { type ExportResult, ExportResultCode } from '@opentelemetry/core';

/** What {@link HandOverExporter} needs of the exporter behind it. */
export interface Delivery<Items> {
  export(items: Items, resultCallback: (result: ExportResult) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * Answers "accepted" at once and reports a lost delivery itself. OpenTelemetry's batch processors and metric reader hold a
 * timer while they wait for an answer, and that timer keeps the process alive for as long as a collector hangs; here they
 * have nothing to wait for. Never throws.
 */
export class HandOverExporter<Items> implements Delivery<Items> {
  readonly #delivery: Delivery<Items>;
  readonly #onLost: (error: unknown) => void;

  constructor(delivery: Delivery<Items>, onLost: (error: unknown) => void) {
    this.#delivery = delivery;
    this.#onLost = onLost;
  }

  export(items: Items, resultCallback: (result: ExportResult) => void): void {
    try {
      this.#delivery.export(items, ({ code, error }) => {
        if (code !== ExportResultCode.SUCCESS) this.#onLost(error ?? 'no reason given');
      });
    } catch (error) {
      this.#onLost(error); // A batch that cannot be encoded is lost, and not the application's problem.
    }
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  /** Resolves when everything handed over was delivered or given up. */
  forceFlush(): Promise<void> {
    return this.#delivery.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#delivery.shutdown();
  }
}
