import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Break, Direction } from './direction.ts';
import type { Toxics } from './toxic.ts';

/** One connection through the proxy: two sockets and a direction each way. */
export class Connection {
  readonly upstream: Direction;
  readonly downstream: Direction;
  readonly #client: Socket;
  readonly #server: Socket;

  constructor(client: Socket, server: Socket, toxics: Toxics, closed: () => void) {
    this.#client = client;
    this.#server = server;
    const broken = (how: Break) => this.break(how);
    this.upstream = new Direction(client, server, broken);
    this.downstream = new Direction(server, client, broken);
    let open = 2;
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', (error: NodeJS.ErrnoException) => {
        // What broke on one side breaks on the other in the same way.
        if (error.code === 'ECONNRESET' && !other.destroyed) resetOf(other);
        else other.destroy();
      });
      one.on('close', () => {
        open -= 1;
        if (!one.readableEnded) other.destroy();
        if (open > 0) return;
        this.upstream.dispose();
        this.downstream.dispose();
        closed();
      });
    }
    this.set(toxics);
  }

  set({ upstream = [], downstream = [] }: Toxics): void {
    this.upstream.set(upstream);
    this.downstream.set(downstream);
  }

  break(how: Break): void {
    for (const socket of [this.#client, this.#server]) {
      if (how === 'reset') resetOf(socket);
      else socket.destroy();
    }
  }
}

function resetOf(socket: Socket): void {
  if (socket.destroyed) return;
  // What speaks TLS has no handle that could be reset.
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
