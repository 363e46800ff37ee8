import type { Context, SpanContext } from '@opentelemetry/api';
import { instrumentationScope } from './instrumentation-scope.ts';
import type { ResourceLike } from './light-resource.ts';
import type { LightSpan } from './light-span.ts';
import type { RateLimitedDiag } from './rate-limited-diag.ts';
import { ReadableLightSpan } from './readable-light-span.ts';
import type { ReadableSpanView, SpanView } from './readable-span-view.ts';
import { writeBack } from './write-back.ts';

/** A span processor written for the SDK, 2.x or 3.x. What it throws or rejects with is caught. */
export interface ForeignSpanProcessor {
  onStart(span: SpanView, parentContext: Context): void;
  onEnding?(span: SpanView): void;
  onEnd(span: ReadableSpanView): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Shows light spans to span processors of the SDK, in their order, each guarded against its neighbours. Never throws. */
export class ForeignSpanProcessors {
  readonly processors: readonly ForeignSpanProcessor[];
  readonly #resource: ResourceLike;
  readonly #diag: RateLimitedDiag;

  constructor(processors: readonly ForeignSpanProcessor[], resource: ResourceLike, diag: RateLimitedDiag) {
    this.processors = processors;
    this.#resource = resource;
    this.#diag = diag;
  }

  onStart(span: LightSpan, parentContext: Context, parent: SpanContext | undefined): void {
    const view = new ReadableLightSpan(span, parent, this.#resource, instrumentationScope(span.scope));
    span.view = view;
    for (const processor of this.processors) this.#guard(() => processor.onStart(view, parentContext));
  }

  onEnding(span: LightSpan): void {
    const { view } = span;
    if (view === undefined) return;
    for (const processor of this.processors) this.#guard(() => processor.onEnding?.(view));
  }

  onEnd(span: LightSpan): void {
    const { view } = span;
    if (view === undefined) return;
    for (const processor of this.processors) this.#guard(() => processor.onEnd(view));
    this.#guard(() => writeBack(span, view));
  }

  #guard(call: () => unknown): void {
    try {
      const result = call();
      // An async function where none is expected: nobody waits for it, and its rejection would end the process.
      if (result instanceof Promise) result.catch((error: unknown) => this.#diag.warn('a span processor threw', error));
    } catch (error) {
      this.#diag.warn('a span processor threw', error);
    }
  }
}
