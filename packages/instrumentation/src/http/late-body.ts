import type { IncomingMessage } from 'node:http';
import type { Context } from '@opentelemetry/api';
import type { StorageContextManager } from '@vigil/tracer';

type Emit = (this: IncomingMessage, ...args: unknown[]) => boolean;

/** Their requests have no body: what such a request emits comes from the turn of its handler. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets the events of a body that comes after the head run in the request's context. Since Node.js 24 the parser emits them in the
 * context that its connection was opened in, so that without this whoever waits for `end` with a listener does so for nobody. Where
 * another context is active it stays. To be called in the context of the parser. Throws nothing but what listeners throw.
 */
export function bindLateBody(request: IncomingMessage, contexts: StorageContextManager, own: Context): void {
  if (WITHOUT_BODY.has(request.method ?? '')) return;
  const outside = contexts.active();
  const inherited = request.emit as Emit;
  const emit = function emit(this: IncomingMessage, type: unknown, ...rest: unknown[]): boolean {
    if (contexts.active() !== outside) return inherited.call(this, type, ...rest);
    return contexts.with(own, inherited as (...args: unknown[]) => boolean, this, type, ...rest);
  };
  // Not enumerable: the request is the application's object.
  Object.defineProperty(request, 'emit', { value: emit, configurable: true, writable: true, enumerable: false });
}
