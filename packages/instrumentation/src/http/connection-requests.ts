import type { Duplex } from 'node:stream';
import type { RequestContext } from './request-context.ts';

/** Gets the requests of a connection that closed before they were answered. */
export type OnCut = (context: RequestContext, socket: Duplex) => void;

const REQUESTS = Symbol('vigil.http.connection');

interface Connection {
  [REQUESTS]?: ConnectionRequests | undefined;
}

/**
 * The requests of one connection that are being answered, in their order; several with pipelining. A connection that closes says so
 * to one listener of the socket: neither the response nor the request would tell of all of them (a response that waits for its turn
 * is never closed), and listeners there are the application's to count.
 */
export class ConnectionRequests {
  #first: RequestContext | undefined = undefined;
  #last: RequestContext | undefined = undefined;
  readonly #onCut: OnCut;

  private constructor(onCut: OnCut) {
    this.#onCut = onCut;
  }

  static of(socket: Duplex, onCut: OnCut): ConnectionRequests {
    const known = (socket as Connection)[REQUESTS];
    if (known !== undefined) return known;
    const requests = new ConnectionRequests(onCut);
    (socket as Connection)[REQUESTS] = requests;
    socket.on('close', onClose);
    return requests;
  }

  static find(socket: Duplex): ConnectionRequests | undefined {
    return (socket as Connection)[REQUESTS];
  }

  add(context: RequestContext): void {
    if (this.#last === undefined) this.#first = context;
    else this.#last.next = context;
    this.#last = context;
  }

  /** What is not here stays where it is. */
  remove(context: RequestContext): void {
    if (this.#first === context) {
      this.#first = context.next;
      if (this.#first === undefined) this.#last = undefined;
      context.next = undefined;
      return;
    }
    for (let before = this.#first; before !== undefined; before = before.next) {
      if (before.next !== context) continue;
      before.next = context.next;
      if (this.#last === context) this.#last = before;
      context.next = undefined;
      return;
    }
  }

  cut(socket: Duplex): void {
    for (let context = this.#first; context !== undefined; context = this.#first) {
      this.remove(context);
      this.#onCut(context, socket);
    }
  }
}

/** One function for all sockets: nothing is made for it but its place among the listeners. */
function onClose(this: Duplex): void {
  (this as Connection)[REQUESTS]?.cut(this);
}
