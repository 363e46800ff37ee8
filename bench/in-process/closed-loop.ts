// The load: a fixed number of connections, each with one request on its way, on sockets in memory.
import type { Server } from 'node:http';
import { MemorySocket } from './memory-socket.ts';

const CONNECTIONS = 16;
const HEAD_END = '\r\n\r\n';

/** A route of the application: how its requests look; ids have one width, so that every answer of a route is as long as the first. */
export const ROUTES = {
  ping: () => '/ping',
  orders: (index: number) => `/orders/${1_000 + (index % 1_000)}`,
  list: () => '/list',
} as const satisfies Record<string, (index: number) => string>;

export type Route = keyof typeof ROUTES;

const REQUESTS_PREPARED = 100;

const requestsTo = (path: (index: number) => string): readonly Buffer[] =>
  Array.from({ length: REQUESTS_PREPARED }, (_, index) =>
    Buffer.from(`GET ${path(index)} HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n\r\n`),
  );

/** Prepared once: the load is to cost next to nothing. */
const PREPARED: Readonly<Record<Route, readonly Buffer[]>> = {
  ping: requestsTo(ROUTES.ping),
  orders: requestsTo(ROUTES.orders),
  list: requestsTo(ROUTES.list),
};

export class ClosedLoop {
  readonly #sockets: MemorySocket[] = [];
  readonly #lengths = new Map<Route, number>();
  #route: Route = 'ping';
  #expected = 0;
  #sent = 0;
  #wanted = 0;
  #running = 0;
  #finished: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  constructor(server: Server) {
    for (let connection = 0; connection < CONNECTIONS; connection += 1) {
      const socket: MemorySocket = new MemorySocket((bytes) => this.#answered(socket, bytes));
      this.#sockets.push(socket);
      server.emit('connection', socket);
    }
  }

  /** Sends this many requests and resolves with the last answer. Rejects when one is not 200. */
  run(route: Route, requests: number): Promise<void> {
    this.#route = route;
    this.#expected = this.#lengths.get(route) ?? 0;
    this.#sent = 0;
    this.#wanted = requests;
    return new Promise((resolve, reject) => {
      this.#finished = resolve;
      this.#failed = reject;
      this.#running = Math.min(CONNECTIONS, requests);
      for (const socket of this.#sockets.slice(0, this.#running)) this.#send(socket);
    });
  }

  #send(socket: MemorySocket): void {
    const request = PREPARED[this.#route][this.#sent % REQUESTS_PREPARED];
    this.#sent += 1;
    if (request !== undefined) socket.receive(request);
  }

  /** Express writes head and body at once, so a write is an answer: read the first time, compared by its length from then on. */
  #answered(socket: MemorySocket, bytes: Buffer): void {
    if (bytes.length !== this.#expected) {
      const problem = this.#learn(bytes.toString('latin1'));
      if (problem !== undefined) {
        this.#failed?.(new Error(`${this.#route}: ${problem}`));
        return;
      }
    }
    if (this.#sent < this.#wanted) {
      this.#send(socket);
      return;
    }
    this.#running -= 1;
    if (this.#running === 0) this.#finished?.();
  }

  #learn(answer: string): string | undefined {
    const end = answer.indexOf(HEAD_END);
    const length = /content-length: (\d+)/i.exec(answer)?.[1];
    if (!answer.startsWith('HTTP/1.1 200 ')) return `not 200: ${answer.slice(0, 300)}`;
    if (length === undefined || end + HEAD_END.length + Number(length) !== answer.length) return 'answer in parts';
    this.#expected = answer.length;
    this.#lengths.set(this.#route, answer.length);
    return undefined;
  }
}
