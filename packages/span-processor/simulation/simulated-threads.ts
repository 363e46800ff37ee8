import type { Thread, VirtualTime } from './virtual-time.ts';

type Listener = (value: unknown) => void;

/** Where a port's listener runs: in a worker's life, which may have ended. */
interface Runner {
  readonly isDead: boolean;
  run(piece: () => void): void;
}

/** One end of a message channel between the two threads; messages are copied, and arrive later. */
export class SimulatedPort {
  peer: SimulatedPort | undefined;
  readonly #time: VirtualTime;
  readonly #thread: Thread;
  readonly #inbox: unknown[] = [];
  #listener: Listener | undefined;
  #runner: Runner = { isDead: false, run: (piece) => piece() };
  /** Sees every message that is posted here. */
  onPost: ((message: object) => void) | undefined;
  /** The thread lets go of it: nothing keeps that thread alive any more. */
  onClose: (() => void) | undefined;
  #isClosed = false;

  constructor(time: VirtualTime, thread: Thread) {
    this.#time = time;
    this.#thread = thread;
  }

  on(_event: 'message', listener: Listener): this {
    this.#listener = listener;
    // Messages from before anybody listened.
    for (const _ of this.#inbox) this.#announce();
    return this;
  }

  runIn(runner: Runner): void {
    this.#runner = runner;
  }

  postMessage(message: object, transfer: readonly ArrayBufferLike[] = []): void {
    if (this.#isClosed || this.#runner.isDead) return;
    this.onPost?.(message);
    this.peer?.deliver(copy(message));
    for (const buffer of transfer) if (buffer instanceof ArrayBuffer) buffer.transfer();
  }

  deliver(message: unknown): void {
    if (this.#isClosed) return;
    this.#inbox.push(message);
    if (this.#listener !== undefined) this.#announce();
  }

  #announce(): void {
    this.#time.schedule(this.#thread, 0.05, 'message', () => {
      const next = this.take();
      if (next !== undefined) this.#runner.run(() => this.#listener?.(next.message));
    });
  }

  /** What `receiveMessageOnPort` does. */
  take(): { readonly message: unknown } | undefined {
    return this.#isClosed || this.#inbox.length === 0 ? undefined : { message: this.#inbox.shift() };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onClose?.();
  }

  unref(): void {
    // Nothing keeps a simulated process alive.
  }
}

/** Values by copy, bytes in memory of their own: what a structured clone does for the messages of the host. */
function copy(message: object): object {
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => [
      key,
      ArrayBuffer.isView(value) ? new Uint8Array(value as Uint8Array) : value,
    ]),
  );
}

export function createSimulatedChannel(time: VirtualTime): { port1: SimulatedPort; port2: SimulatedPort } {
  const port1 = new SimulatedPort(time, 'main');
  const port2 = new SimulatedPort(time, 'worker');
  port1.peer = port2;
  port2.peer = port1;
  return { port1, port2 };
}

/** A worker thread as its host sees it. What runs in it is somebody else's. */
export class SimulatedWorker {
  readonly #time: VirtualTime;
  readonly #end: () => void;
  readonly #listeners: Record<string, Listener[]> = {};
  #isGone = false;
  #exited: ((code: number) => void)[] = [];

  /** @param end stops whatever runs in it, at once. */
  constructor(time: VirtualTime, end: () => void) {
    this.#time = time;
    this.#end = end;
  }

  on(event: 'error' | 'exit', listener: (value: never) => void): this {
    this.#listeners[event] = [...(this.#listeners[event] ?? []), listener as Listener];
    return this;
  }

  unref(): void {
    // Nothing keeps a simulated process alive.
  }

  terminate(): Promise<number> {
    return new Promise((resolve) => {
      this.#exited.push(resolve);
      this.die(1);
    });
  }

  /** Ends the thread now; the main thread hears of it a little later. */
  die(code: number, error?: unknown): void {
    if (this.#isGone) {
      if (this.#exited.length > 0) this.#time.schedule('main', 0.1, 'terminated', () => this.#announce(code));
      return;
    }
    this.#isGone = true;
    this.#end();
    this.#time.schedule('main', 0.3, 'worker exit', () => {
      if (error !== undefined) for (const listener of this.#listeners.error ?? []) listener(error);
      for (const listener of this.#listeners.exit ?? []) listener(code);
      this.#announce(code);
    });
  }

  #announce(code: number): void {
    for (const resolve of this.#exited.splice(0)) resolve(code);
  }
}
