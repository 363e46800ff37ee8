import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import { Connection } from './connection.ts';
import type { ProxyStart, ProxyTally, ProxyTarget, ProxyTls } from './proxy-dialogue.ts';
import type { Toxics } from './toxic.ts';

/** The proxy itself: listens, and opens one connection to the target for each it gets. */
export class ProxyServer {
  readonly #start: ProxyStart;
  readonly #connections = new Set<Connection>();
  readonly #passed = { connections: 0, upstreamBytes: 0, downstreamBytes: 0 };
  #tls: ProxyTls | undefined;
  #target: ProxyTarget;
  #toxics: Toxics = {};
  #server: net.Server | undefined;
  #port: number;

  constructor(start: ProxyStart) {
    this.#start = start;
    this.#tls = start.tls;
    this.#target = start.target;
    this.#port = start.port;
  }

  /** Resolves to the port, the same after each {@link down}. */
  up(): Promise<number> {
    if (this.#server !== undefined) return Promise.resolve(this.#port);
    // The other direction goes on when one has ended.
    const options = { allowHalfOpen: true, noDelay: true };
    const server =
      this.#tls === undefined
        ? net.createServer(options, (client) => this.#connect(client))
        : tls.createServer({ ...options, ...this.#tls }, (client) => this.#connect(client));
    server.on('tlsClientError', (_, socket) => socket.destroy());
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.#start.host, () => {
        this.#port = (server.address() as AddressInfo).port;
        resolve(this.#port);
      });
    });
  }

  /** Nobody listens any more, and what was open is reset. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
    this.reset();
    await closed;
  }

  /** Resets every open connection. */
  reset(): void {
    for (const connection of [...this.#connections]) connection.break('reset');
  }

  set(toxics: Toxics): void {
    this.#toxics = toxics;
    for (const connection of this.#connections) connection.set(toxics);
  }

  /** Another certificate for connections to come. */
  present(certificate: ProxyTls): void {
    if (!(this.#server instanceof tls.Server)) throw new Error('this proxy speaks no TLS');
    this.#tls = certificate;
    this.#server.setSecureContext(certificate);
  }

  /** Where connections to come lead. */
  lead(target: ProxyTarget): void {
    this.#target = target;
  }

  tally(): ProxyTally {
    let { upstreamBytes, downstreamBytes } = this.#passed;
    for (const { upstream, downstream } of this.#connections) {
      upstreamBytes += upstream.bytes;
      downstreamBytes += downstream.bytes;
    }
    return { connections: this.#passed.connections, open: this.#connections.size, upstreamBytes, downstreamBytes };
  }

  #connect(client: Socket): void {
    this.#passed.connections += 1;
    const server = net.connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    const connection = new Connection(client, server, this.#toxics, () => {
      this.#connections.delete(connection);
      this.#passed.upstreamBytes += connection.upstream.bytes;
      this.#passed.downstreamBytes += connection.downstream.bytes;
    });
    this.#connections.add(connection);
  }
}
