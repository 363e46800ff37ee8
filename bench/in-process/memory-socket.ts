// A socket without a network: what the application writes goes straight to a function, what it is to read arrives in a turn of the
// event loop of its own, in the asynchronous context the socket was made in, as it does on a TCP socket.
import { AsyncResource } from 'node:async_hooks';
import { Duplex } from 'node:stream';

/** Gets what the application wrote, synchronously and in the writer's asynchronous context. */
export type FarEnd = (bytes: Buffer) => void;

type Done = (error?: Error | null) => void;

/** The application's end of a connection, with the parts of `net.Socket` that node:http, pg and ioredis use. */
export class MemorySocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  readonly remoteFamily = 'IPv4';
  readonly remotePort = 40_000;
  readonly localAddress = '127.0.0.1';
  readonly localPort = 8080;
  connecting = false;
  readonly #farEnd: FarEnd;
  readonly #resource = new AsyncResource('MEMORYSOCKET', { requireManualDestroy: true });
  readonly #arrive: (bytes: Buffer) => void;

  constructor(farEnd: FarEnd) {
    super({ decodeStrings: false });
    this.#farEnd = farEnd;
    const push = (bytes: Buffer) => void this.push(bytes);
    this.#arrive = (bytes) => this.#resource.runInAsyncScope(push, undefined, bytes);
  }

  /** Lets the application read these bytes in a later turn of the event loop. */
  receive(bytes: Buffer): void {
    setImmediate(this.#arrive, bytes);
  }

  /** As `net.Socket`: connected in a later turn. */
  connect(): this {
    this.connecting = true;
    setImmediate(() => {
      this.connecting = false;
      this.emit('connect');
    });
    return this;
  }

  override _read(): void {
    // Bytes come when the far end has some.
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: Done): void {
    this.#farEnd(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
    done();
  }

  override _writev(chunks: { chunk: Buffer | string; encoding: BufferEncoding }[], done: Done): void {
    const parts = chunks.map(({ chunk, encoding }) =>
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
    );
    this.#farEnd(Buffer.concat(parts));
    done();
  }

  address() {
    return { address: this.localAddress, family: this.remoteFamily, port: this.localPort };
  }

  destroySoon(): void {
    this.destroy();
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
