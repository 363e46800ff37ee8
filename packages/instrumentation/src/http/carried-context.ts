import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Context, ROOT_CONTEXT, type TextMapGetter, type TextMapPropagator } from '@opentelemetry/api';

const GETTER: TextMapGetter<IncomingHttpHeaders> = {
  get: (headers, key) => headers[key],
  keys: (headers) => Object.keys(headers),
};

/**
 * Reads the context that a request carries. Most requests of most services come from browsers and carry none: then it costs a look
 * at the lengths of the header names.
 */
export class CarriedContext {
  readonly #propagator: TextMapPropagator;
  readonly #fields: readonly string[];
  /** One bit for each length of a field. */
  readonly #lengths: number;

  constructor(propagator: TextMapPropagator) {
    this.#propagator = propagator;
    this.#fields = propagator.fields().map((field) => field.toLowerCase());
    this.#lengths = this.#fields.reduce((bits, { length }) => bits | (1 << (length & 31)), 0);
  }

  /** The root context where nothing is carried: what runs in the socket's context is another request's, if anything's. */
  of(request: IncomingMessage): Context {
    const { rawHeaders } = request;
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] as string;
      if (((this.#lengths >>> (name.length & 31)) & 1) === 1 && this.#isField(name)) {
        return this.#propagator.extract(ROOT_CONTEXT, request.headers, GETTER);
      }
    }
    return ROOT_CONTEXT;
  }

  #isField(name: string): boolean {
    const first = name.charCodeAt(0) | 0x20;
    for (const field of this.#fields) {
      if (field.length === name.length && field.charCodeAt(0) === first && field === name.toLowerCase()) return true;
    }
    return false;
  }
}
