import { type Span, trace } from '@opentelemetry/api';
import { VIGIL_SAMPLING_FORCE } from '@vigil/conventions';
import type { AttributePairs } from '@vigil/otlp-exporter';

/**
 * Keeps the local trace a span belongs to, whatever sampling says: sets `vigil.sampling.force`. Default: the active span's.
 * Does nothing without a recording span. Other services' parts of the trace are not kept by it. Never throws.
 *
 * @example
 * ```ts
 * import { forceSampling } from '@vigil/span-processor';
 *
 * forceSampling();
 * ```
 */
export function forceSampling(span: Span | undefined = trace.getActiveSpan()): void {
  span?.setAttribute(VIGIL_SAMPLING_FORCE, true);
}

export function isForced(attributes: AttributePairs): boolean {
  for (let index = 0; index < attributes.length; index += 2) {
    if (attributes[index] === VIGIL_SAMPLING_FORCE) return attributes[index + 1] === true;
  }
  return false;
}
