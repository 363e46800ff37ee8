import type { Socket } from 'node:net';
import { draw, type Toxic, toxicOf } from './toxic.ts';

/** How the whole connection ends. */
export type Break = 'close' | 'reset';

interface Piece {
  readonly bytes: Buffer;
  readonly dueMillis: number;
}

/** Beyond this the source is not read: what a slow link cannot take stays with the sender. */
const WAITING_BYTES_MAXIMUM = 262_144;
const NARROW_BYTES_MAXIMUM = 16_384;

/** One direction of a connection: takes bytes from one socket, gives them to the other, as sick as its toxics say. */
export class Direction {
  bytes = 0;
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #break: (how: Break) => void;
  readonly #pieces: Piece[] = [];
  #toxics: readonly Toxic[] = [];
  #limit = Number.POSITIVE_INFINITY;
  #waitingBytes = 0;
  #lastDueMillis = 0;
  #hasEnded = false;
  #pump: NodeJS.Timeout | undefined;
  #fuse: NodeJS.Timeout | undefined;
  #closing: NodeJS.Timeout | undefined;

  constructor(source: Socket, target: Socket, broken: (how: Break) => void) {
    this.#source = source;
    this.#target = target;
    this.#break = broken;
    source.on('data', (chunk: Buffer) => this.#take(chunk));
    source.on('end', () => {
      this.#hasEnded = true;
      this.#flow();
    });
    target.on('drain', () => this.#flow());
  }

  /** From now on, for what comes; what already waits comes when it was due. */
  set(toxics: readonly Toxic[]): void {
    this.#toxics = toxics;
    const limit = toxicOf(toxics, 'limit_data');
    this.#limit = limit === undefined ? Number.POSITIVE_INFINITY : draw(limit.bytes);
    clearTimeout(this.#fuse);
    const timeout = toxicOf(toxics, 'timeout')?.timeoutMillis ?? 0;
    if (timeout > 0) this.#burn(timeout, 'close');
    const reset = toxicOf(toxics, 'reset_peer')?.timeoutMillis ?? 0;
    if (reset > 0) this.#burn(reset, 'reset');
    this.#flow();
  }

  /** Lets go of its timers. */
  dispose(): void {
    clearTimeout(this.#fuse);
    clearTimeout(this.#pump);
    clearTimeout(this.#closing);
    this.#pieces.length = 0;
  }

  get #isHeld(): boolean {
    return toxicOf(this.#toxics, 'timeout') !== undefined;
  }

  #burn(millis: number, how: Break): void {
    this.#fuse = setTimeout(() => this.#break(how), millis);
  }

  #take(chunk: Buffer): void {
    if (toxicOf(this.#toxics, 'reset_peer')?.timeoutMillis === 0) {
      this.#break('reset');
      return;
    }
    for (const bytes of this.#slices(chunk)) {
      this.#lastDueMillis = Math.max(this.#lastDueMillis, this.#arrival(bytes.length));
      this.#pieces.push({ bytes, dueMillis: this.#lastDueMillis });
      this.#waitingBytes += bytes.length;
    }
    this.#flow();
  }

  #slices(chunk: Buffer): Buffer[] {
    const slicer = toxicOf(this.#toxics, 'slicer');
    if (slicer === undefined) {
      return toxicOf(this.#toxics, 'bandwidth') === undefined ? [chunk] : cut(chunk, () => NARROW_BYTES_MAXIMUM / 4);
    }
    const variation = slicer.variationBytes ?? 0;
    return cut(chunk, () => draw({ from: slicer.averageBytes - variation, to: slicer.averageBytes + variation }));
  }

  /** When this many bytes are through, the ones before them considered. */
  #arrival(length: number): number {
    const latency = toxicOf(this.#toxics, 'latency');
    const bandwidth = toxicOf(this.#toxics, 'bandwidth');
    const jitter = latency?.jitterMillis ?? 0;
    const late = (latency?.latencyMillis ?? 0) + draw({ from: -jitter, to: jitter });
    const now = performance.now();
    const pause = toxicOf(this.#toxics, 'slicer')?.delayMillis ?? 0;
    const passage = bandwidth === undefined ? 0 : (length / 1_024 / bandwidth.kibPerSecond) * 1_000;
    // Latency delays all of it alike; bandwidth and pauses come one after the other.
    return Math.max(now + late, pause + passage > 0 ? Math.max(this.#lastDueMillis, now) + pause + passage : 0);
  }

  /** Writes what is due, then waits for the next: a piece, room in the target, or another set of toxics. */
  #flow(): void {
    clearTimeout(this.#pump);
    while (!this.#isHeld && !this.#target.writableNeedDrain) {
      const [piece] = this.#pieces;
      if (piece === undefined) break;
      const wait = piece.dueMillis - performance.now();
      if (wait > 0.5) {
        this.#pump = setTimeout(() => this.#flow(), wait);
        break;
      }
      this.#pieces.shift();
      this.#waitingBytes -= piece.bytes.length;
      if (!this.#pass(piece.bytes)) return;
    }
    const most = toxicOf(this.#toxics, 'bandwidth') === undefined ? WAITING_BYTES_MAXIMUM : NARROW_BYTES_MAXIMUM;
    if (this.#isHeld || this.#waitingBytes >= most) this.#source.pause();
    else this.#source.resume();
    if (this.#hasEnded && this.#pieces.length === 0 && !this.#isHeld) this.#close();
  }

  /** False when that broke the connection. */
  #pass(bytes: Buffer): boolean {
    const left = this.#limit - this.bytes;
    if (bytes.length < left) {
      this.bytes += bytes.length;
      this.#target.write(bytes);
      return true;
    }
    const how = toxicOf(this.#toxics, 'limit_data')?.reset === true ? 'reset' : 'close';
    this.bytes += Math.max(0, left);
    // A reset must not overtake the last bytes.
    this.#target.write(bytes.subarray(0, Math.max(0, left)), () => this.#break(how));
    this.dispose();
    return false;
  }

  #close(): void {
    const delay = toxicOf(this.#toxics, 'slow_close')?.delayMillis ?? 0;
    this.#hasEnded = false;
    if (delay === 0) this.#target.end();
    else this.#closing = setTimeout(() => this.#target.end(), delay);
  }
}

function cut(chunk: Buffer, size: () => number): Buffer[] {
  const slices: Buffer[] = [];
  for (let at = 0; at < chunk.length; ) {
    const bytes = Math.max(1, size());
    slices.push(chunk.subarray(at, at + bytes));
    at += bytes;
  }
  return slices;
}
