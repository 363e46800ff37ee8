import type { Duplex } from 'node:stream';

/** What a stream's own class does with what is written to it, beneath `write` and `end`. */
interface WritableParts {
  _write?: ((...args: unknown[]) => unknown) | undefined;
  _writev?: ((...args: unknown[]) => unknown) | null | undefined;
}

const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;
const STATUS_LINE_LENGTH = 12;

/**
 * Tells once of the first bytes that are written to a stream: the status when they are the head of an HTTP answer. For requests to
 * upgrade, whose answer nothing else announces; afterwards the stream is as before.
 */
export function onFirstWrite(stream: Duplex, written: (status: number | undefined) => void): () => void {
  const parts = stream as WritableParts;
  let isWatching = true;
  const restores: (() => void)[] = [];
  const stop = () => {
    isWatching = false;
    for (const restore of restores.splice(0)) restore();
  };
  for (const name of ['_write', '_writev'] as const) {
    const original = parts[name];
    if (typeof original !== 'function') continue;
    const own = Object.getOwnPropertyDescriptor(stream, name);
    const watched = function watched(this: unknown, ...args: unknown[]): unknown {
      if (isWatching) {
        stop();
        written(statusOf(args[0]));
      }
      return original.apply(this, args);
    };
    Object.defineProperty(stream, name, { value: watched, configurable: true, writable: true, enumerable: false });
    restores.push(() => {
      // Somebody who came after us keeps what he put there.
      if (parts[name] !== watched) return;
      if (own === undefined) delete parts[name];
      else Object.defineProperty(stream, name, own);
    });
  }
  return stop;
}

/** @param given a chunk, or the list of chunks of a `_writev`. */
function statusOf(given: unknown): number | undefined {
  const chunk = Array.isArray(given) ? (given[0] as { readonly chunk?: unknown } | undefined)?.chunk : given;
  const head = chunk instanceof Uint8Array ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : chunk;
  const text = Buffer.isBuffer(head) ? head.toString('latin1', 0, STATUS_LINE_LENGTH) : head;
  const status = typeof text === 'string' ? STATUS_LINE.exec(text)?.[1] : undefined;
  return status === undefined ? undefined : Number(status);
}
