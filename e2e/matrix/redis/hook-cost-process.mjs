// CPU of one GET in this process, without a network, for one library and one mechanism; asked for rounds by messages of its parent.

import { tracingChannel } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import net from 'node:net';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { DB_CLIENT_OPERATION_DURATION } from '@vigil/conventions';
import { createRedisInstrumentation } from '@vigil/instrumentation/redis';
import { createMetricRegistry } from '@vigil/metrics';
import { ConstantAttributes } from '@vigil/otlp-exporter';
import { LightContext, LightTracerProvider, StorageContextManager } from '@vigil/tracer';
import { loadLibrary, loadsOf } from './loaded-files.ts';

const [alias, mode] = process.argv.slice(2);
const CHUNK = 50;
const contextManager = new StorageContextManager();
const provider = new LightTracerProvider({
  resource: { attributes: {} },
  processor: {
    onStart: () => undefined,
    onEnd: () => undefined,
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  },
});
const metrics = createMetricRegistry();
const tracer = provider.getTracer('redis');

if (mode.startsWith('patch')) {
  const instrumentation = createRedisInstrumentation({
    tracer: () => tracer,
    metrics,
    contextManager,
    propagator: { inject: () => undefined, extract: (context) => context, fields: () => [] },
    modules: loadsOf(alias),
    warn: (line) => console.error(line),
    nowMillis: () => performance.now(),
  });
  instrumentation.enable();
  if (mode === 'patch, switched off') instrumentation.disable();
}
if (mode.startsWith('channel')) {
  // The same work: a span with interned attributes, the histogram, and what the reply was.
  const prefix = alias.startsWith('ioredis') ? 'ioredis' : 'node-redis';
  const series = metrics
    .histogram(DB_CLIENT_OPERATION_DURATION)
    .series('0', 'GET', 'redis', undefined, 'localhost', 6379);
  const constants = new ConstantAttributes([
    'db.operation.name',
    'GET',
    'db.system.name',
    'redis',
    'db.query.text',
    'GET',
  ]);
  const entries = new Map([
    ['get', constants],
    ['GET', constants],
  ]);
  const counts = { hits: 0 };
  const finish = (context) => {
    const { span } = context;
    if (span === undefined) {
      series.record((performance.now() - context.startMillis) / 1000);
      return;
    }
    span.end();
    series.record(span.endSeconds - span.startSeconds + (span.endNanos - span.startNanos) / 1e9, span);
    if (context.result !== null) counts.hits += 1;
  };
  tracingChannel(`${prefix}:command`).subscribe({
    start(context) {
      const active = contextManager.active();
      if (active !== ROOT_CONTEXT && trace.getSpan(active) !== undefined) {
        context.span = tracer.startOperation(
          context.command,
          SpanKind.CLIENT,
          active,
          [],
          entries.get(context.command),
        );
      } else {
        context.startMillis = performance.now();
      }
    },
    end: () => undefined,
    asyncStart: () => undefined,
    asyncEnd: finish,
    error: (context) => context.span?.setStatus({ code: 2 }),
  });
}

const VALUE = Buffer.from('a value of some length');

function ioredis() {
  const Redis = loadLibrary(alias);
  const redis = new Redis({ lazyConnect: true });
  redis.status = 'ready';
  redis.condition = { select: 0, subscriber: false };
  redis.stream = { writable: true, write: () => true };
  return {
    get: () => redis.get('key'),
    answer: () => {
      for (let item = redis.commandQueue.shift(); item !== undefined; item = redis.commandQueue.shift())
        item.command.resolve(VALUE);
    },
  };
}

/** Answers every GET of a turn at once, as a server does that was written to once. No stream: streams cost more than the client. */
class AnsweringSocket extends EventEmitter {
  readable = true;
  writable = true;
  #asked = 0;

  constructor() {
    super();
    setImmediate(() => this.emit('connect'));
  }

  write(chunk) {
    if (!String(chunk).startsWith('*2')) return true;
    if (this.#asked === 0) setImmediate(() => this.#answer());
    this.#asked += 1;
    return true;
  }

  #answer() {
    const bytes = REPLIES.subarray(0, this.#asked * REPLY.length);
    this.#asked = 0;
    this.emit('data', bytes);
  }

  cork() {
    return undefined;
  }

  uncork() {
    return undefined;
  }

  setTimeout() {
    return this;
  }

  setNoDelay() {
    return this;
  }

  setKeepAlive() {
    return this;
  }
}
const REPLY = Buffer.from('$3\r\nabc\r\n');
const REPLIES = Buffer.concat(Array(CHUNK).fill(REPLY));

async function nodeRedis() {
  net.createConnection = () => new AnsweringSocket();
  const { createClient } = loadLibrary(alias);
  const client = createClient({
    RESP: 2,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // By default every command has a timer of its own, which costs more than the rest of the client.
    commandOptions: { timeout: undefined },
  });
  client.on('error', (error) => console.error(error));
  await client.connect();
  return { get: () => client.get('key'), answer: () => undefined };
}

const { get, answer } = await (alias.startsWith('ioredis') ? ioredis() : nodeRedis());

async function round(commands) {
  const promises = new Array(CHUNK);
  for (let done = 0; done < commands; done += CHUNK) {
    for (let index = 0; index < CHUNK; index += 1) promises[index] = get();
    answer();
    await Promise.all(promises);
  }
}

process.on('message', async (commands) => {
  const parent = provider.getTracer('parent').startSpan('parent', {}, ROOT_CONTEXT);
  const context = mode.includes('span') ? new LightContext(parent) : ROOT_CONTEXT;
  const before = process.cpuUsage();
  await contextManager.with(context, () => round(commands));
  const { user, system } = process.cpuUsage(before);
  parent.end();
  process.send((user + system) / commands);
});
process.on('disconnect', () => process.exit());
process.send('ready');
