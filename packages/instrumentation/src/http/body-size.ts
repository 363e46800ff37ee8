import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What of `OutgoingMessage` only Node.js itself reads; each is looked at before it is used. */
interface Sent {
  readonly _header?: unknown;
  readonly _hasBody?: unknown;
  readonly _contentLength?: unknown;
}

/** Bytes of a request's body as its header says; 0 without a body, undefined for one in chunks, whose length nobody says. */
export function requestBodySize({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  if (length !== undefined) return sizeOf(length);
  return headers['transfer-encoding'] === undefined ? 0 : undefined;
}

/**
 * Bytes of a response's body: its length where Node.js or the application knew it, else what the connection wrote beside the head,
 * the frames of chunks with it.
 *
 * @param bytesBefore what the connection had written when the response's turn came.
 */
export function responseBodySize(response: ServerResponse, socket: Socket, bytesBefore: number): number | undefined {
  const { _header, _hasBody, _contentLength } = response as unknown as Sent;
  if (_hasBody === false) return 0;
  const said = response.getHeader('content-length') ?? _contentLength;
  if (said !== undefined && said !== null) return sizeOf(said);
  if (typeof _header !== 'string' || socket.bytesWritten === undefined) return undefined;
  return Math.max(0, socket.bytesWritten - bytesBefore - _header.length);
}

function sizeOf(text: unknown): number | undefined {
  const size = Number(text);
  return Number.isFinite(size) && size >= 0 ? size : undefined;
}
