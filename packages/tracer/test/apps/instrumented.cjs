// An application of express, http, ioredis and pg under upstream's instrumentations; argv[2] says whose tracer provider:
// "sdk", "light" (seen by an exporter of the SDK) or "record" (the light spans themselves). Prints the spans as JSON.
const net = require('node:net');
const { context, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');
const { LightTracerProvider } = require('@vigil/tracer');

const exporter = new InMemorySpanExporter();
const spanProcessors = [new SimpleSpanProcessor({ exporter })];
const resource = resourceFromAttributes({ 'service.name': 'shop' });
const records = [];
const processor = {
  onStart: () => undefined,
  onEnd: (span) => void records.push(span),
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};
const provider = {
  sdk: () => new TracerProvider({ resource, spanProcessors }),
  light: () => new LightTracerProvider({ resource, spanProcessors }),
  record: () => new LightTracerProvider({ resource, processor }),
}[process.argv[2]]();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(provider);
for (const [file, name] of [
  ['http', 'HttpInstrumentation'],
  ['express', 'ExpressInstrumentation'],
  ['ioredis', 'IORedisInstrumentation'],
  ['pg', 'PgInstrumentation'],
]) {
  new (require(`@opentelemetry/instrumentation-${file}`)[name])().enable();
}
const http = require('node:http');
const express = require('express');
const { Redis } = require('ioredis');
const pg = require('pg');

/** Answers every Redis command with "ok". */
const redisServer = net.createServer((socket) => {
  socket.on('data', (data) => {
    for (let count = data.toString().split(/^\*/m).length - 1; count > 0; count -= 1) socket.write('$2\r\nok\r\n');
  });
});

/** Lets everybody in and answers every query with no rows, one that says "boom" with an error. */
const pgServer = net.createServer((socket) => {
  const message = (type, body) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const ready = message('Z', Buffer.from('I'));
  socket.once('data', () => {
    socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
    socket.on('data', (data) => {
      if (data[0] !== 0x51) return;
      const failed = message('E', Buffer.from('SERROR\0C42601\0Mboom\0\0'));
      const done = message('C', Buffer.from('SELECT 0\0'));
      socket.write(Buffer.concat([data.includes('boom') ? failed : done, ready]));
    });
  });
});

const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

async function main() {
  const [redisPort, pgPort] = [await listen(redisServer), await listen(pgServer)];
  const redis = new Redis({
    host: '127.0.0.1',
    port: redisPort,
    enableReadyCheck: false,
    disableClientInfo: true,
    lazyConnect: true,
  });
  const pool = new pg.Pool({ host: '127.0.0.1', port: pgPort, user: 'u', database: 'd', password: 'p' });
  const app = express();
  app.get('/orders/:id', async (request, response) => {
    await redis.get('key');
    await pool.query('SELECT 1');
    await pool.query('SELECT boom').catch(() => undefined);
    trace.getTracer('app', '1.0.0').startActiveSpan('own work', (span) => {
      span.addEvent('seen', { id: request.params.id });
      span.end();
    });
    response.json({ ok: true });
  });
  app.get('/fails', () => {
    throw new Error('boom');
  });
  app.use((_error, _request, response, _next) => void response.status(500).end());
  const server = http.createServer(app);
  const port = await listen(server);
  const get = (path) =>
    new Promise((resolve) => {
      http.get({ port, path, host: '127.0.0.1', agent: false }, (response) => response.resume().on('close', resolve));
    });
  await get('/orders/17');
  await get('/fails');
  await new Promise((resolve) => setTimeout(resolve, 100));
  print([port, redisPort, pgPort]);
  process.exit(0);
}

function print(ports) {
  const spans = process.argv[2] === 'record' ? records.map(fromRecord) : exporter.getFinishedSpans().map(fromReadable);
  const names = new Map(spans.map((span) => [span.spanId, span.name]));
  const lines = spans.map(({ spanId: _, parent, ...span }) => {
    const text = JSON.stringify({ ...span, parent: names.get(parent) ?? '' }, (key, value) =>
      /port$|stacktrace$/.test(key) ? 'varies' : value,
    );
    return ports.reduce((line, port) => line.replaceAll(`:${port}`, ':port'), text);
  });
  console.log(JSON.stringify(lines.sort()));
}

const sorted = (attributes) => Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
const fromReadable = (span) => ({
  spanId: span.spanContext().spanId,
  parent: span.parentSpanContext?.spanId,
  name: span.name,
  kind: span.kind,
  scope: span.instrumentationScope.name,
  status: span.status.code,
  message: span.status.message ?? '',
  attributes: sorted(span.attributes),
  events: span.events.map((event) => [event.name, sorted(event.attributes ?? {})]),
  remote: span.parentSpanContext?.isRemote ?? false,
});
const object = (list) =>
  sorted(Object.fromEntries(list.flatMap((key, at) => (at % 2 === 0 ? [[key, list[at + 1]]] : []))));
const fromRecord = (span) => ({
  spanId: span.spanId,
  parent: span.parentSpanId,
  name: span.name,
  kind: span.kind - 1,
  scope: span.scope.name,
  status: span.statusCode,
  message: span.statusMessage,
  attributes: object(span.attributes),
  events: span.events.map((event) => [event.name, object(event.attributes)]),
  remote: (span.flags & 0x200) !== 0,
});

main();
