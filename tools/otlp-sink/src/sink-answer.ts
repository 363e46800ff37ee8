import type { IncomingMessage, ServerResponse } from 'node:http';
import { INTAKE_ANSWER } from './datadog-intake.ts';
import type { Delay, PlainStep } from './sink-step.ts';

const PROTOBUF = 'application/x-protobuf';
const HEADER_LINE = `X-Filler: ${'x'.repeat(1_000)}\r\n`;

const millisOf = (delay: Delay): number =>
  typeof delay === 'number' ? delay : delay.from + Math.random() * (delay.to - delay.from);

/** What a healthy receiver of this path says. */
function successOf(request: IncomingMessage): { readonly type: string; readonly body: string } {
  if (/\/v0\.\d\//.test(request.url ?? '')) return { type: 'application/json', body: INTAKE_ANSWER };
  const isJson = request.headers['content-type']?.startsWith('application/json') === true;
  return isJson ? { type: 'application/json', body: '{}' } : { type: PROTOBUF, body: '' };
}

/** Answers as the step says; `flooded` hears of bytes the other side let us write. */
export function answer(
  step: PlainStep,
  request: IncomingMessage,
  response: ServerResponse,
  flooded: (bytes: number) => void,
): void {
  switch (step.kind) {
    case 'answer':
      setTimeout(() => plainAnswer(step, request, response), millisOf(step.delayMillis ?? 0));
      return;
    case 'partial': {
      const { type, body } = partialSuccess(step, request);
      response.writeHead(200, { 'Content-Type': type }).end(body);
      return;
    }
    case 'drip': {
      response.writeHead(step.status, { 'Content-Type': PROTOBUF }).flushHeaders();
      const timer = setInterval(() => response.write('.'), step.everyMillis);
      response.on('close', () => clearInterval(timer));
      return;
    }
    case 'reset':
      if (step.after === 'request') {
        response.socket?.resetAndDestroy();
      } else {
        response.writeHead(200, { 'Content-Length': '100' }).write('half');
        setTimeout(() => response.socket?.resetAndDestroy(), 50);
      }
      return;
    case 'flood': {
      const headers = { 'Content-Type': PROTOBUF, 'Content-Length': String(step.bytes), ...step.headers };
      response.writeHead(200, headers);
      flood({ stream: response, chunk: Buffer.alloc(65_536), bytes: step.bytes, flooded }, () => response.end());
      return;
    }
    case 'header-flood': {
      const { socket } = response;
      if (socket === null) return;
      socket.write('HTTP/1.1 200 OK\r\n');
      const chunk = Buffer.from(HEADER_LINE.repeat(64));
      flood({ stream: socket, chunk, bytes: step.bytes, flooded }, () => socket.end('\r\n'));
      return;
    }
    case 'raw':
      response.socket?.end(step.bytes);
      return;
    case 'hang':
    case 'cut':
    case 'deaf':
  }
}

function plainAnswer(step: PlainStep & { kind: 'answer' }, request: IncomingMessage, response: ServerResponse): void {
  const { status = 200, headers = {}, bodyEncoding = 'utf8', closeAfterMillis } = step;
  const { socket } = response;
  const success = successOf(request);
  const body = step.body ?? (status === 200 ? success.body : '');
  response.writeHead(status, { 'Content-Type': success.type, ...headers });
  response.end(Buffer.from(body, bodyEncoding));
  if (closeAfterMillis !== undefined) setTimeout(() => socket?.destroy(), closeAfterMillis);
}

/** An Export…ServiceResponse with a partial success: field 1, in it the rejected items (1) and a message (2). */
function partialSuccess(step: PlainStep & { kind: 'partial' }, request: IncomingMessage) {
  const claims = step.claims ?? step.rejected;
  const message = step.message ?? '';
  const { type } = successOf(request);
  if (type === 'application/json') {
    const rejected = request.url?.endsWith('/v1/logs') ? 'rejectedLogRecords' : 'rejectedSpans';
    return {
      type,
      body: Buffer.from(JSON.stringify({ partialSuccess: { [rejected]: claims, errorMessage: message } })),
    };
  }
  const text = Buffer.from(message);
  const inside = [Buffer.from([0x08]), varint(BigInt.asUintN(64, BigInt(claims)))];
  if (text.length > 0) inside.push(Buffer.from([0x12]), varint(BigInt(text.length)), text);
  const content = Buffer.concat(inside);
  return { type, body: Buffer.concat([Buffer.from([0x0a]), varint(BigInt(content.length)), content]) };
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128n; left >>= 7n) bytes.push(Number(left & 127n) + 128);
  return Buffer.from([...bytes, Number(left)]);
}

interface Flood {
  readonly stream: NodeJS.WritableStream & { readonly destroyed?: boolean };
  readonly chunk: Buffer;
  readonly bytes: number;
  readonly flooded: (bytes: number) => void;
}

/** Writes as fast as the other side reads. */
function flood({ stream, chunk, bytes, flooded }: Flood, end: () => void): void {
  let left = bytes;
  const more = (): void => {
    while (left > 0 && stream.destroyed !== true) {
      left -= chunk.length;
      flooded(chunk.length);
      if (!stream.write(chunk)) return void stream.once('drain', more);
    }
    end();
  };
  more();
}
