import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { receivedItems } from './received-items.ts';
import type { SinkCommand, SinkMessage, SinkReport, SinkStart, SinkStep } from './sink-script.ts';

// The oracle of the fault tests: a process of its own, so that nothing that happens to the sender happens to it.

let steps: SinkStep[] = [];
let always: SinkStep = { kind: 'answer' };
const requests: { path: string; headers: http.IncomingHttpHeaders; bytes: number; atMillis: number }[] = [];
const taken: Record<string, Record<string, number>> = {};
const problems: string[] = [];
let connections = 0;
let flooded = 0;

const tell = (message: SinkMessage) => void process.send?.(message);
const nextStep = (): SinkStep => steps.shift() ?? always;

process.on('message', (command: SinkCommand) => {
  if (command.kind === 'start') listen(command.start);
  if (command.kind === 'script') {
    steps = [...command.steps];
    always = command.always;
    tell({ kind: 'scripted' });
  }
  if (command.kind === 'report') {
    const report: SinkReport = { connections, requests, taken, flooded, problems };
    tell({ kind: 'report', report });
  }
});
process.on('disconnect', () => process.exit());

function listen({ port, tls }: SinkStart): void {
  const limits = { keepAliveTimeout: 60_000, requestTimeout: 0, maxHeaderSize: 65_536 };
  const server = tls === undefined ? http.createServer(limits) : https.createServer({ ...limits, ...tls });
  server.on('request', onRequest);
  const front = tls === undefined ? net.createServer(onConnection) : server;
  if (tls !== undefined) server.on('connection', countConnection);
  function onConnection(socket: Socket): void {
    countConnection();
    socket.on('error', ignore);
    const step = steps[0] ?? always;
    if (step.kind === 'cut' || step.kind === 'deaf') {
      nextStep();
      refuse(socket, step);
    } else {
      server.emit('connection', socket);
    }
  }
  front.listen(port, '127.0.0.1', () => tell({ kind: 'started', port: (front.address() as AddressInfo).port }));
}

function countConnection(): void {
  connections += 1;
}

function refuse(socket: Socket, step: SinkStep & { kind: 'cut' | 'deaf' }): void {
  if (step.kind === 'deaf') {
    socket.pause();
    setTimeout(() => socket.resetAndDestroy(), step.resetAfterMillis);
    return;
  }
  let left = step.bytes;
  if (left === 0) socket.resetAndDestroy();
  socket.on('data', (chunk) => {
    left -= chunk.length;
    if (left <= 0) socket.resetAndDestroy();
  });
}

function onRequest(request: http.IncomingMessage, response: http.ServerResponse): void {
  const step = nextStep();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('error', ignore);
  response.on('error', ignore);
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const path = request.url ?? '';
    requests.push({ path, headers: request.headers, bytes: body.length, atMillis: Date.now() });
    const isRefused = step.kind === 'answer' && Math.floor((step.status ?? 200) / 100) !== 2;
    if (!isRefused) take(path, body, request.headers['content-encoding']);
    respond(step, response);
  });
}

function take(path: string, body: Buffer, encoding: string | undefined): void {
  try {
    const plain = encoding === 'gzip' ? gunzipSync(body) : encoding === 'zstd' ? zstdDecompressSync(body) : body;
    const items = taken[path] ?? {};
    taken[path] = items;
    for (const item of receivedItems(path, plain)) items[item] = (items[item] ?? 0) + 1;
  } catch (error) {
    problems.push(String(error));
  }
}

function respond(step: SinkStep, response: http.ServerResponse): void {
  switch (step.kind) {
    case 'answer': {
      const { status = 200, headers = {}, body = '', bodyEncoding = 'utf8', delayMillis = 0, closeAfterMillis } = step;
      const { socket } = response;
      setTimeout(() => {
        response.writeHead(status, { 'Content-Type': 'application/x-protobuf', ...headers });
        response.end(Buffer.from(body, bodyEncoding));
        if (closeAfterMillis !== undefined) setTimeout(() => socket?.destroy(), closeAfterMillis);
      }, delayMillis);
      return;
    }
    case 'drip': {
      response.writeHead(step.status, { 'Content-Type': 'application/x-protobuf' }).flushHeaders();
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
    case 'flood':
      flood(response, step.bytes);
      return;
    case 'raw':
      response.socket?.end(step.bytes);
      return;
    case 'hang':
    case 'cut':
    case 'deaf':
  }
}

function flood(response: http.ServerResponse, bytes: number): void {
  response.writeHead(200, { 'Content-Type': 'application/x-protobuf', 'Content-Length': String(bytes) });
  const chunk = Buffer.alloc(65_536);
  let left = bytes;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      flooded += chunk.length;
      if (!response.write(chunk)) return void response.once('drain', more);
    }
    response.end();
  };
  more();
}

function ignore(): void {
  // The other side may go whenever it likes.
}
