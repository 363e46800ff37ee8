// The other end of the pipeline benchmark, in a process of its own: an OTLP/HTTP receiver that counts spans by run. The first
// part of the path says how it behaves, the second is the run: /<answer|hang|drip>/<run>/v1/traces. GET /counts tells.
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

const DRIP_MILLIS = 1_000;

const counts: Record<string, { requests: number; spans: number }> = {};
const countOf = (run: string) => {
  counts[run] ??= { requests: 0, spans: 0 };
  return counts[run];
};

/** Calls back with each field of this number inside [at, end): resource, scope and span all have their parts in field 2 or 1. */
function eachField(
  bytes: Buffer,
  at: number,
  end: number,
  wanted: number,
  found: (at: number, end: number) => void,
): void {
  let offset = at;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[offset++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (offset < end) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 0) {
      varint();
      continue;
    }
    const length = wire === 1 ? 8 : wire === 5 ? 4 : varint();
    if (tag >>> 3 === wanted) found(offset, offset + length);
    offset += length;
  }
}

function spansIn(body: Buffer): number {
  let spans = 0;
  eachField(body, 0, body.length, 1, (at, end) =>
    eachField(body, at, end, 2, (scopeAt, scopeEnd) =>
      eachField(body, scopeAt, scopeEnd, 2, () => {
        spans += 1;
      }),
    ),
  );
  return spans;
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const [, mood = '', run = ''] = (request.url ?? '').split('/');
  if (mood === 'counts') return void response.end(JSON.stringify(counts));
  const chunks: Buffer[] = [];
  response.on('error', () => undefined);
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const count = countOf(run);
    count.requests += 1;
    if (mood === 'hang') return;
    if (mood === 'drip') {
      response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).flushHeaders();
      const timer = setInterval(() => response.write('.'), DRIP_MILLIS);
      response.on('close', () => clearInterval(timer));
      return;
    }
    const raw = Buffer.concat(chunks);
    count.spans += spansIn(request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw);
    response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
  });
});
server.listen(Number(process.argv[2] ?? 27_000), '127.0.0.1', () => process.send?.('ready'));
process.on('disconnect', () => process.exit());
