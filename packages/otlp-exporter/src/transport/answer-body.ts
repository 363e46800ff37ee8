import type { IncomingMessage } from 'node:http';

/** A partial success is far smaller; a longer answer is not read. */
export const ANSWER_MAXIMUM_BYTES = 65_536;

const EMPTY = new Uint8Array(0);

/**
 * Reads an answer and calls `done` once: with its body, inflated, at most 64 KiB; with nothing when it was longer, was cut
 * off, does not inflate, or inflates to more. A connection that has more to say is destroyed. Never throws.
 */
export function readAnswerBody(response: IncomingMessage, done: (body: Uint8Array) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= ANSWER_MAXIMUM_BYTES) {
      chunks.push(chunk);
    } else {
      chunks.length = 0;
      response.destroy();
    }
  });
  // An error is followed by 'close', which finds the answer incomplete.
  response.on('error', ignore);
  response.on('close', () => {
    const isWhole = response.complete && bytes > 0 && bytes <= ANSWER_MAXIMUM_BYTES;
    done(isWhole ? decoded(Buffer.concat(chunks), response.headers['content-encoding']) : EMPTY);
  });
}

function decoded(body: Buffer, encoding: string | undefined): Uint8Array {
  if (encoding === undefined || encoding === 'identity') return body;
  // Nothing was offered, so only the most common encoding is understood, for servers that do not ask.
  if (encoding !== 'gzip') return EMPTY;
  try {
    return process.getBuiltinModule('node:zlib').gunzipSync(body, { maxOutputLength: ANSWER_MAXIMUM_BYTES });
  } catch {
    return EMPTY; // Broken, or a bomb: the status says what matters.
  }
}

function ignore(): void {
  // See above.
}
