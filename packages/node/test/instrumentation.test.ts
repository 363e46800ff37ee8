import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type OtlpSink, type ReceivedSpan, startOtlpSink } from './otlp-sink.ts';
import { type AppOptions, runApp } from './run-app.ts';

jest.setTimeout(60_000);

const [INTERNAL, SERVER, CLIENT] = [1, 2, 3];
const REGISTER = ['--import', '@vigil/node/register'];

interface Trial {
  readonly sink: OtlpSink;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an application to its end; everything is in the sink then. */
async function run(app: string, { env, flags = REGISTER, ...options }: AppOptions = {}): Promise<Trial> {
  const sink = await startOtlpSink();
  const result = await runApp(app, {
    ...options,
    flags: [...flags, '--import', './test/apps/flush-at-end.mjs'],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...env },
  });
  await sink.close();
  expect({ code: result.code, stderr: result.stderr }).toMatchObject({ code: 0 });
  return { sink, ...result };
}

const ofKind = ({ spans }: OtlpSink, kind: number | undefined) => spans.filter((span) => span.kind === kind);
const childrenOf = ({ spans }: OtlpSink, parent: ReceivedSpan | undefined) =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId);
/** Of the last collection: at the end there is one more where the one before is older than 100 ms. */
const pointsOf = ({ metrics }: OtlpSink, name: string) =>
  metrics.findLast((metric) => metric.name === name)?.data.points ?? [];

describe('an ES module application with Express', () => {
  let sink: OtlpSink;
  beforeAll(async () => {
    // Exports while the application runs, so that its exports could show up in themselves.
    const env = { OTEL_SERVICE_NAME: 'shop', OTEL_BSP_SCHEDULE_DELAY: '1' };
    ({ sink } = await run('shop.mjs', { env }));
  }, 30_000);

  test('every request is one client span and one server span below it, whichever way http is imported', () => {
    const names = ['default', 'named', 'namespace', 'fetch'];
    expect(ofKind(sink, CLIENT)).toHaveLength(names.length + 1);
    expect(ofKind(sink, SERVER)).toHaveLength(names.length + 1);
    for (const name of names) {
      const clients = ofKind(sink, CLIENT).filter(({ attributes }) =>
        String(attributes?.['url.full']).endsWith(`/orders/${name}`),
      );
      expect({ name, clients: clients.length }).toEqual({ name, clients: 1 });
      expect(childrenOf(sink, clients[0])).toMatchObject([
        {
          name: 'GET /orders/:id',
          kind: SERVER,
          traceId: clients[0]?.traceId,
          attributes: { 'http.route': '/orders/:id', 'http.response.status_code': 200 },
        },
      ]);
    }
  });

  test('middlewares and handlers make no spans: a request is one', () => {
    const servers = ofKind(sink, SERVER).filter(({ name }) => name === 'GET /orders/:id');
    expect(servers).toHaveLength(4);
    for (const server of servers) expect(childrenOf(sink, server)).toEqual([]);
  });

  test('an error in a route is a server span with status code 500 and error.type', () => {
    const attributes = ofKind(sink, SERVER).find(({ name }) => name === 'GET /broken')?.attributes;
    expect(attributes).toMatchObject({ 'http.response.status_code': 500, 'error.type': '500' });
  });

  test('http.server.request.duration is cumulative, in seconds, with http.route, and counts every request once', () => {
    const duration = sink.metrics.findLast(({ name }) => name === 'http.server.request.duration');
    expect(duration).toMatchObject({ unit: 's', data: { temporality: 2 } });
    const point = duration?.data.points.find(({ attributes }) => attributes?.['http.route'] === '/orders/:id');
    expect(point).toMatchObject({
      count: 4,
      attributes: { 'http.request.method': 'GET', 'http.response.status_code': 200 },
    });
    expect(point?.explicitBounds?.slice(0, 3)).toEqual([0.005, 0.01, 0.025]);
  });

  test('what Vigil sends itself is neither a span nor a client metric', () => {
    expect(sink.requests.length).toBeGreaterThanOrEqual(2);
    expect(ofKind(sink, CLIENT).filter(({ attributes }) => attributes?.['server.port'] === sink.port)).toEqual([]);
    const points = pointsOf(sink, 'http.client.request.duration');
    expect(points.length).toBeGreaterThan(0);
    expect(points.filter(({ attributes }) => attributes?.['server.port'] === sink.port)).toEqual([]);
  });

  test('event loop, garbage collection and heap arrive as metrics', () => {
    const names = sink.metrics.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['nodejs.eventloop.utilization', 'nodejs.eventloop.delay.p99', 'v8js.memory.heap.used']),
    );
  });
});

test.each(['--import', '-r'])(
  'a CommonJS application with %s: one client span and one server span a request',
  async (flag) => {
    const { sink } = await run('shop.cjs', { flags: [flag, '@vigil/node/register'] });
    expect(ofKind(sink, CLIENT)).toHaveLength(2);
    expect(ofKind(sink, SERVER).map(({ name }) => name)).toEqual(['GET /orders/:id', 'GET /orders/:id']);
  },
);

test('an ES module application with -r is instrumented too; a switched-off instrumentation makes no span', async () => {
  const env = { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'undici,expres' };
  const { sink, stderr } = await run('shop.mjs', { flags: ['-r', '@vigil/node/register'], env });
  expect(ofKind(sink, SERVER)).toHaveLength(5);
  // Of its five requests the application sends one by fetch.
  expect(ofKind(sink, CLIENT)).toHaveLength(4);
  expect(sink.spans.filter(({ scope }) => scope.endsWith('/undici'))).toEqual([]);
  expect(stderr).toContain('vigil: expres: no instrumentation of this name\n');
});

describe('a TypeScript application with Fastify and pino', () => {
  let sink: OtlpSink;
  beforeAll(async () => {
    const env = { OTEL_SERVICE_NAME: 'payments', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test' };
    // The first option is for Node.js before 22.18; later ones strip types anyway.
    const flags = ['--experimental-strip-types', '--import', '@vigil/node/register'];
    ({ sink } = await run('payments.mts', { flags, env }));
  }, 30_000);

  test('http.route is on span and metric, also of a request that a hook refuses, and not of an unknown path', () => {
    const servers = ofKind(sink, SERVER);
    expect(servers.map(({ name, attributes }) => [name, attributes?.['http.response.status_code']])).toEqual([
      ['POST /payments/:id', 200],
      ['POST /payments/:id', 401],
      ['GET', 404],
    ]);
    expect(servers[0]?.attributes).toMatchObject({ 'http.route': '/payments/:id' });
    const points = pointsOf(sink, 'http.server.request.duration').map(({ count, attributes }) => [
      count,
      attributes?.['http.route'],
      attributes?.['http.response.status_code'],
    ]);
    expect(points).toEqual([
      [1, '/payments/:id', 200],
      [1, '/payments/:id', 401],
      [1, undefined, 404],
    ]);
  });

  test('the application’s own span in the handler, after a body was parsed, is below the server span', () => {
    expect(childrenOf(sink, ofKind(sink, SERVER)[0])).toMatchObject([{ name: 'charge', kind: INTERNAL }]);
  });

  test('every line of pino is a record, with the trace it was written in', () => {
    const { traceId } = ofKind(sink, SERVER)[0] ?? {};
    expect(sink.logs).toMatchObject([
      { body: { value: 'payment taken' }, severityText: 'info', traceId },
      { body: { value: 'closing' }, severityText: 'warn' },
    ]);
    expect(sink.logs[1]?.traceId).toBeUndefined();
  });

  test('the resource names service, instance, process and distribution on all three signals', () => {
    for (const [record] of [sink.spans, sink.metrics, sink.logs]) {
      expect(record?.resource).toMatchObject({
        'service.name': 'payments',
        'service.version': expect.stringMatching(/^\d/),
        'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'process.pid': expect.any(Number),
        'process.runtime.name': 'nodejs',
        'host.name': expect.any(String),
        'telemetry.distro.name': 'vigil',
        'telemetry.distro.version': expect.any(String),
        'deployment.environment.name': 'test',
      });
    }
  });
});

test('Fastify’s own logger in a CommonJS application: the line on stdout carries the trace_id of the record', async () => {
  const { sink, stdout } = await run('payments.cjs', { flags: ['-r', '@vigil/node/register'] });
  const line = stdout.split('\n').find((text) => text.includes('payment read')) ?? '';
  const record = sink.logs.find(({ body }) => body?.value === 'payment read');
  expect(JSON.parse(line)).toMatchObject({ trace_id: record?.traceId, span_id: record?.spanId });
  expect(record?.traceId).toBe(ofKind(sink, SERVER)[0]?.traceId);
});

test('ioredis and pg, imported as ES modules, inside the application’s span; values stay out', async () => {
  const { sink } = await run('stores.mjs');
  const checkout = sink.spans.find(({ name }) => name === 'checkout');
  const command = childrenOf(sink, checkout).find(({ scope }) => scope.endsWith('/redis'));
  expect(command).toMatchObject({ name: 'SET', kind: CLIENT, attributes: { 'db.system.name': 'redis' } });
  const query = sink.spans.find(({ attributes }) => attributes?.['db.query.text'] === 'SELECT ?');
  expect(query).toMatchObject({ kind: CLIENT, traceId: checkout?.traceId, attributes: { 'db.namespace': 'shop' } });
  expect(JSON.stringify(sink.spans)).not.toContain('secret-value');
  expect(sink.metrics.map(({ name }) => name)).toContain('db.client.operation.duration');
});

test('one line at start says who sends what where and what is looked into; VIGIL_QUIET=true leaves it out', async () => {
  const { sink, stderr } = await run('nothing.mjs');
  expect(stderr).toMatch(
    new RegExp(
      `^vigil \\d\\S+: @vigil/node · traces\\+metrics\\+logs → ${sink.url} · Node.js ${process.versions.node}, ESM · instruments http, undici, fastify 5\\S+ by channel; express 5\\S+, pg 8\\S+, ioredis 6\\S+, pino 10\\S+ by patch · runtime metrics\n$`,
    ),
  );
  const quiet = await run('nothing.mjs', { env: { VIGIL_QUIET: 'true' } });
  expect(quiet.stderr).toBe('');
});
