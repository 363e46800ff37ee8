import type { Context } from '@opentelemetry/api';
import type { LightSpan } from './light-span.ts';

/**
 * Gets every recorded span, at its start and at its end, synchronously. What it throws is caught; it should not throw, because
 * a warning every 10 s is all that is left of it.
 */
export interface LightSpanProcessor {
  onStart(span: LightSpan, parentContext: Context): void;
  /**
   * A span that would have been recorded was not, because too many are open already; nothing else is said of it. Who keeps an account
   * counts it as ended and lost.
   */
  onRefused?(): void;
  /** The last moment in which the span can be written, before any processor of the SDK sees its end. */
  onEnding?(span: LightSpan): void;
  /** The span is final; its fields may be read until the processor lets go of it. */
  onEnd(span: LightSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
