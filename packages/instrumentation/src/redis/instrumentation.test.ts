import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { DB_CLIENT_OPERATION_DURATION, VIGIL_REDIS_LOOKUPS } from '@vigil/conventions';
import type { MetricRegistry } from '@vigil/metrics';
import { LightContext, type LightSpan, LightTracerProvider, StorageContextManager } from '@vigil/tracer';
import type { Redis as RedisClient } from 'ioredis';
import type { Instrumentation } from '../instrumentation.ts';
import type { LoadedFile } from '../module-load/module-loads.ts';
import { createRedisInstrumentation, type RedisOptions } from './index.ts';

// The real library without a network: its client is told that it is ready, and its queue is answered by hand. What needs a server is
// in e2e/matrix/redis.
const require = createRequire(import.meta.url);
const folder = dirname(dirname(require.resolve('ioredis')));
const load = (file: string) => require(join(folder, file));

interface Queued {
  readonly command: { resolve(value: unknown): void; reject(error: unknown): void };
}

type Answerable = RedisClient & { readonly commandQueue: { shift(): Queued | undefined; readonly length: number } };

class CountedMetrics {
  readonly recorded: [name: string, value: number, ...labels: unknown[]][] = [];
  readonly registry = {
    histogram: ({ name }: { name: string }) => this.#of(name),
    counter: ({ name }: { name: string }) => this.#of(name),
    upDownCounter: ({ name }: { name: string }) => this.#of(name),
    observe: () => () => undefined,
  } as unknown as MetricRegistry;

  #of(name: string) {
    const put = (labels: unknown[]) => (value: number) => void this.recorded.push([name, value, ...labels]);
    return { series: (...labels: unknown[]) => ({ record: put(labels), add: put(labels) }) };
  }

  of({ name }: { readonly name: string }): [string, number, ...unknown[]][] {
    return this.recorded.filter(([recorded]) => recorded === name);
  }
}

const enabled: Instrumentation[] = [];
afterEach(() => {
  for (const instrumentation of enabled.splice(0)) instrumentation.disable();
});

function instrumented(options: RedisOptions = {}, nowMillis = () => performance.now()) {
  const ended: LightSpan[] = [];
  const metrics = new CountedMetrics();
  const lines: string[] = [];
  const contextManager = new StorageContextManager();
  const provider = new LightTracerProvider({
    resource: { attributes: {} },
    processor: {
      onStart: () => undefined,
      onEnd: (span) => void ended.push(span),
      forceFlush: async () => undefined,
      shutdown: async () => undefined,
    },
  });
  const instrumentation = createRedisInstrumentation(
    {
      tracer: (name) => provider.getTracer(name) as never,
      metrics: metrics.registry,
      contextManager,
      propagator: { inject: () => undefined, extract: (context) => context, fields: () => [] },
      modules: {
        watch({ library, files }, onLoad: (loaded: LoadedFile) => void, onRefused) {
          if (library === 'ioredis') {
            for (const file of files) {
              onLoad({ library, version: '6.0.0', file, module: 'cjs', exports: load(file), folder });
            }
            onRefused?.('ioredis', '4.28.5');
          }
          return () => undefined;
        },
      },
      warn: (line) => void lines.push(line),
      nowMillis,
    },
    { serverInfoIntervalMillis: 0, ...options },
  );
  instrumentation.enable();
  enabled.push(instrumentation);
  const inSpan = <T>(run: () => T): T => {
    const parent = provider.getTracer('test').startSpan('parent', {}, ROOT_CONTEXT);
    return contextManager.with(new LightContext(parent), run);
  };
  return { instrumentation, metrics, ended, lines, inSpan, client: readyClient() };
}

function readyClient(): Answerable {
  const { default: Redis } = load('built/Redis.js');
  const redis = new Redis({ host: 'cache.test', port: 7000, lazyConnect: true });
  Object.assign(redis, {
    status: 'ready',
    condition: { select: 3, subscriber: false },
    stream: { writable: true, write: () => true },
  });
  return redis;
}

const attributesOf = (span: LightSpan | undefined) => {
  span?.complete();
  const pairs = [...(span?.constants?.pairs ?? []), ...(span?.attributes ?? [])];
  return Object.fromEntries(pairs.flatMap((key, index) => (index % 2 === 0 ? [[key, pairs[index + 1]]] : [])));
};

test('a command is one client span with the words of the convention, and no argument', async () => {
  const { inSpan, ended, client } = instrumented();
  const promise = inSpan(() => client.set('secret-key', 'secret-value'));
  client.commandQueue.shift()?.command.resolve(Buffer.from('OK'));
  expect(await promise).toBe('OK');
  expect(ended.map(({ name, kind }) => [name, kind])).toEqual([['SET', 3]]);
  expect(attributesOf(ended[0])).toEqual({
    'db.system.name': 'redis',
    'db.namespace': '3',
    'db.operation.name': 'SET',
    'db.query.text': 'SET',
    'server.address': 'cache.test',
    'server.port': 7000,
  });
});

test('without a parent there is a duration and no span; with spansWithoutParent there is a span', async () => {
  for (const [spansWithoutParent, spans] of [
    [false, 0],
    [true, 1],
  ] as const) {
    const { metrics, ended, client } = instrumented({ spansWithoutParent });
    const promise = client.get('key');
    client.commandQueue.shift()?.command.resolve(null);
    await promise;
    expect(ended.length).toBe(spans);
    expect(metrics.of(DB_CLIENT_OPERATION_DURATION).length).toBe(1);
    expect(metrics.of(VIGIL_REDIS_LOOKUPS).map(([, value, ...labels]) => [value, labels.at(-1)])).toEqual([
      [1, 'miss'],
    ]);
    enabled.pop()?.disable();
  }
});

test('an error ends the span with its prefix, and its message stays here', async () => {
  const { inSpan, ended, metrics, client } = instrumented();
  const promise = inSpan(() => client.get('key'));
  const error = new Error('WRONGTYPE secret-message');
  client.commandQueue.shift()?.command.reject(error);
  await expect(promise).rejects.toBe(error);
  expect([ended[0]?.statusCode, ended[0]?.statusMessage]).toEqual([2, '']);
  expect(attributesOf(ended[0])).toMatchObject({ 'error.type': 'WRONGTYPE', 'db.response.status_code': 'WRONGTYPE' });
  expect(JSON.stringify([attributesOf(ended[0]), metrics.recorded])).not.toContain('secret');
});

test('a command that times out and is answered all the same ends once', async () => {
  const { inSpan, ended, metrics, client } = instrumented();
  const promise = inSpan(() => client.get('key'));
  const { command } = client.commandQueue.shift() as Queued;
  command.reject(new Error('Command timed out'));
  command.resolve(Buffer.from('late'));
  await expect(promise).rejects.toThrow('Command timed out');
  expect(ended.length).toBe(1);
  expect(metrics.of(DB_CLIENT_OPERATION_DURATION).length).toBe(1);
  expect(metrics.of(VIGIL_REDIS_LOOKUPS).length).toBe(0);
});

test('a command that is sent again after a lost connection is one operation', async () => {
  const { inSpan, ended, metrics, client } = instrumented();
  const promise = inSpan(() => client.get('key'));
  const { command } = client.commandQueue.shift() as Queued;
  client.sendCommand(command as never);
  client.commandQueue.shift()?.command.resolve(Buffer.from('value'));
  expect(await promise).toBe('value');
  expect([ended.length, metrics.of(DB_CLIENT_OPERATION_DURATION).length]).toEqual([1, 1]);
});

test('1 recorded argument is the key; those of AUTH stay here whatever the option says', async () => {
  const { inSpan, ended, client } = instrumented({ recordedArguments: 1 });
  inSpan(() => {
    client.set('user:1', 'secret-value').catch(() => undefined);
    client.auth('secret-password').catch(() => undefined);
    client.eval('return "secret"', 0).catch(() => undefined);
  });
  while (client.commandQueue.length > 0) client.commandQueue.shift()?.command.resolve(Buffer.from('OK'));
  expect(ended.map((span) => attributesOf(span)['db.query.text'])).toEqual(['SET user:1 …', 'AUTH', 'EVAL']);
});

test('switched off, a command is as without us, also one that begins after the switch', async () => {
  const { instrumentation, inSpan, ended, metrics, client } = instrumented();
  const running = inSpan(() => client.get('key'));
  instrumentation.disable();
  const promise = inSpan(() => client.get('key'));
  while (client.commandQueue.length > 0) client.commandQueue.shift()?.command.resolve(Buffer.from('value'));
  await Promise.all([running, promise]);
  expect([ended.length, metrics.of(DB_CLIENT_OPERATION_DURATION).length]).toEqual([1, 1]);
});

test('what is ours and throws reaches nobody but the log', async () => {
  const { lines, client } = instrumented({}, () => {
    throw new RangeError('secret');
  });
  const promise = client.get('key');
  client.commandQueue.shift()?.command.resolve(Buffer.from('value'));
  expect(await promise).toBe('value');
  expect(lines).toEqual(['redis: a command could not be recorded (RangeError)']);
});

test('the status names what is patched and what is refused, each once', () => {
  const { instrumentation } = instrumented();
  instrumentation.enable();
  expect(instrumentation.status()).toEqual({
    name: 'redis',
    isEnabled: true,
    instrumented: [{ library: 'ioredis', version: '6.0.0', mechanism: 'patch', module: 'cjs' }],
    refused: [{ library: 'ioredis', version: '4.28.5', reason: 'version >=5 <7 is expected' }],
  });
});
