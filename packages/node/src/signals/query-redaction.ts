import type { Context } from '@opentelemetry/api';
import { ATTR_URL_FULL, ATTR_URL_QUERY } from '@opentelemetry/semantic-conventions';
import { redactQuery, redactUrl } from '@vigil/instrumentation/http';
import type { LightSpan, LightSpanProcessor } from '@vigil/tracer';

/**
 * Takes the values out of query strings, and users and passwords out of URLs, before a span is final: they hold tokens, e-mail
 * addresses and searches, and whatever instrumentation recorded them, none of it leaves the process. What it is wrapped around
 * sees redacted spans only.
 */
export class QueryRedaction implements LightSpanProcessor {
  readonly #next: LightSpanProcessor | undefined;

  /** @param next gets every span after this; without one, only processors of the SDK do. */
  constructor(next: LightSpanProcessor | undefined) {
    this.#next = next;
  }

  onStart(span: LightSpan, parentContext: Context): void {
    this.#next?.onStart(span, parentContext);
  }

  onRefused(): void {
    this.#next?.onRefused?.();
  }

  /** The last moment in which a span can be written, and before any processor of the SDK sees its end. */
  onEnding(span: LightSpan): void {
    const { attributes } = span;
    for (let index = 0; index < attributes.length; index += 2) {
      const key = attributes[index];
      if (key !== ATTR_URL_QUERY && key !== ATTR_URL_FULL) continue;
      const value = attributes[index + 1];
      if (typeof value !== 'string') continue;
      if (key === ATTR_URL_QUERY) span.setAttribute(key, redactQuery(value));
      else if (/[?#@]/.test(value)) span.setAttribute(key, redactUrl(value));
    }
  }

  onEnd(span: LightSpan): void {
    this.#next?.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#next?.forceFlush() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.#next?.shutdown() ?? Promise.resolve();
  }
}
