import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A server on a port of its own, closed with its connections when the test is done. */
export class RunningServer implements AsyncDisposable {
  readonly server: Server;
  readonly port: number;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number) {
    this.server = server;
    this.port = port;
    server.on('connection', (socket) => this.#sockets.add(socket));
  }

  static async start(listener: RequestListener | Server): Promise<RunningServer> {
    const server = typeof listener === 'function' ? createServer(listener) : listener;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RunningServer(server, (server.address() as AddressInfo).port);
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** A connection without any client of HTTP in between. */
  async connect(): Promise<Socket> {
    const socket = connect(this.port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Those that were upgraded are no longer the server's to close.
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

export const GET = (path: string, ...headers: readonly string[]): string =>
  [`GET ${path} HTTP/1.1`, 'Host: shop.test', ...headers, '', ''].join('\r\n');

/** Sends this and reads until the text that arrived says that all is there. */
export function exchange(socket: Socket, text: string, isWhole: (received: string) => boolean): Promise<string> {
  let received = '';
  return new Promise((resolve, reject) => {
    const onData = (bytes: Buffer) => {
      received += bytes.toString('latin1');
      if (!isWhole(received)) return;
      socket.off('data', onData).off('close', onClose).off('error', reject);
      resolve(received);
    };
    const onClose = () => (isWhole(received) ? resolve(received) : reject(new Error(`closed after: ${received}`)));
    socket.on('data', onData).once('close', onClose).once('error', reject);
    socket.write(text);
  });
}
