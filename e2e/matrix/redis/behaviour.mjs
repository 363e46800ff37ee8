// What an application can see of a library, as JSON on stdout: without us, with our patches, or with a subscriber to the official
// channels that does nothing. node --conditions=@vigil/source behaviour.mjs ioredis-6 bare|patch|channel <port>
import { tracingChannel } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './claims.mjs';
import { libraryFolder, loadLibrary } from './loaded-files.ts';

const [alias = 'ioredis-6', mode = 'bare', portText = '6379'] = process.argv.slice(2);
const port = Number(portText);
const seen = {};
const note = (what, value) => {
  seen[what] = value;
};

if (mode === 'patch') {
  const { Recording } = await import('./recording.ts');
  new Recording(alias, { spansWithoutParent: true });
}
if (mode === 'channel') {
  const prefix = alias.startsWith('ioredis') ? 'ioredis' : 'node-redis';
  const nothing = () => undefined;
  for (const name of ['command', 'batch', 'connect']) {
    tracingChannel(`${prefix}:${name}`).subscribe({
      start: nothing,
      end: nothing,
      asyncStart: nothing,
      asyncEnd: nothing,
      error: nothing,
    });
  }
}

const unhandled = [];
process.on('unhandledRejection', (reason, promise) => unhandled.push([String(reason?.message ?? reason), promise]));
const uncaught = [];
process.on('uncaughtException', (error) => uncaught.push(String(error.message)));

/** How many microtasks after the bytes of the reply came a continuation runs. */
let ticks = 0;
let counting = false;
function count() {
  ticks = 0;
  if (counting) return;
  counting = true;
  const step = () => {
    ticks += 1;
    if (ticks < 60) queueMicrotask(step);
    else counting = false;
  };
  queueMicrotask(step);
}
const shape = (error) => ({
  text: String(error),
  class: error?.constructor?.name,
  keys: Object.keys(error ?? {}).sort(),
  command: error?.command,
  previous: error?.previousErrors?.map(String),
});
const failure = (promise) => promise.then(() => 'resolved', shape);
const method = (owner, name) => {
  const { value, enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(owner, name) ?? {};
  return [name, value?.name, value?.length, enumerable, writable, configurable];
};

async function fireAndForget(what, call) {
  unhandled.length = 0;
  const returned = call();
  await sleep(120);
  note(
    `unhandled: ${what}`,
    unhandled.map(([message, promise]) => [message, promise === returned]),
  );
}

async function ioredis() {
  const Redis = loadLibrary(alias);
  const require = createRequire(import.meta.url);
  const Pipeline = require(`${libraryFolder(alias)}/built/Pipeline.js`).default;
  const Cluster = require(`${libraryFolder(alias)}/built/cluster/index.js`).default;
  const redis = new Redis(port, '127.0.0.1', { lazyConnect: true });
  const events = [];
  for (const name of ['connecting', 'connect', 'ready', 'close', 'reconnecting', 'end', 'select'])
    redis.on(name, () => events.push(name));
  await redis.connect();
  await redis.set('string', 'text');
  redis.stream.prependListener('data', count);

  note('methods', [
    ...['sendCommand', 'setStatus', 'silentEmit', 'disconnect'].map((name) => method(Redis.prototype, name)),
    method(Cluster.prototype, 'sendCommand'),
    method(Pipeline.prototype, 'exec'),
    method(Pipeline.prototype, 'sendCommand'),
  ]);
  note('keys of a client', Object.keys(redis).sort());
  const command = new Redis.Command('get', ['string'], { replyEncoding: 'utf8' });
  note('keys of a command', Object.keys(command).sort());
  note('sendCommand returns the promise of the command', redis.sendCommand(command) === command.promise);
  note(
    'keys of a command that was sent',
    Object.keys(command)
      .filter((key) => key !== 'isTraced')
      .sort(),
  );
  await command.promise;
  const pipeline = redis.pipeline().get('string');
  const executed = pipeline.exec();
  note('exec returns the promise of the pipeline', executed === pipeline.promise);
  await executed;

  await fireAndForget('a command that fails', () => redis.lpush('string', 'x'));
  await fireAndForget('a command that fails, with a callback', () => redis.lpush('string', 'x', () => undefined));
  await fireAndForget('a script that fails', () => redis.eval("return redis.error_reply('ERR no')", 0));
  await fireAndForget('call', () => redis.call('LPUSH', 'string', 'x'));
  await fireAndForget('a pipeline with a command that fails', () => redis.pipeline().lpush('string', 'x').exec());
  await fireAndForget('a transaction that is refused', () => redis.multi().call('no-such-command').exec());
  redis.defineCommand('fails', { numberOfKeys: 0, lua: "return redis.error_reply('ERR no')" });
  await fireAndForget('a custom command that fails', () => redis.fails());
  await fireAndForget('two at once', () => {
    redis.lpush('string', 'x');
    return redis.lpush('string', 'y');
  });

  note('error of a command', await failure(redis.lpush('string', 'x')));
  note('error of a transaction', await failure(redis.multi().call('no-such-command').get('string').exec()));
  note(
    'results of a pipeline',
    (await redis.pipeline().get('string').lpush('string', 'x').getBuffer('string').exec()).map(([error, value]) => [
      error && shape(error),
      value,
    ]),
  );
  note('replies', [
    await redis.get('string'),
    await redis.getBuffer('string'),
    await redis.mget('string', 'none'),
    await redis.hgetall('none'),
    await redis.exists('string'),
  ]);

  const order = [];
  const at = (name) => () => order.push(`${name} ${ticks}`);
  // One write, so that all replies come in one piece: the count begins with each.
  redis.stream.cork();
  setImmediate(() => redis.stream.uncork());
  await Promise.all([
    redis.get('string').then(at('get')),
    redis.get('string', at('callback')),
    redis.lpush('string', 'x').then(undefined, at('rejected')),
    (async () => {
      await redis.get('string');
      at('awaited')();
    })(),
    redis.pipeline().get('string').exec().then(at('pipeline')),
    redis.multi().get('string').exec().then(at('multi')),
    redis.fails().catch(at('custom')),
  ]);
  note('order and microtasks', order);

  uncaught.length = 0;
  redis.get('string', () => {
    throw new Error('thrown by a callback');
  });
  await until(() => uncaught.length > 0);
  note('a callback that throws', [...uncaught]);
  await redis.select(1);
  await redis.select(0);
  await redis.quit();
  await sleep(10);
  note('events', [...events]);
  note(
    'listeners',
    redis
      .eventNames()
      .map((name) => [String(name), redis.listenerCount(name)])
      .sort(),
  );
  note('after quit', await failure(redis.get('string')));

  const printed = [];
  const { error } = console;
  console.error = (...words) => printed.push(String(words[0]));
  const refused = new Redis(1, '127.0.0.1', { retryStrategy: () => null });
  note('refused', await failure(refused.get('a')));
  console.error = error;
  note('no listener for errors', printed);
  const impatient = new Redis(port, '127.0.0.1', { commandTimeout: 20 });
  note('timed out', await failure(impatient.blpop('nothing', 1)));
  impatient.disconnect();
  const automatic = new Redis(port, '127.0.0.1', { enableAutoPipelining: true });
  note(
    'automatic pipelines',
    await Promise.all([
      automatic.get('string'),
      failure(automatic.lpush('string', 'x')),
      automatic.mget('string', 'none'),
    ]),
  );
  await fireAndForget('an automatic pipeline with a command that fails', () => automatic.lpush('string', 'x'));
  automatic.disconnect();
}

async function nodeRedis() {
  const { createClient } = loadLibrary(alias);
  const require = createRequire(import.meta.url);
  const Client = require(`${libraryFolder(alias)}/dist/lib/client/index.js`).default;
  const Pool = require(`${libraryFolder(alias)}/dist/lib/client/pool.js`).RedisClientPool;
  const Cluster = require(`${libraryFolder(alias)}/dist/lib/cluster/index.js`).default;
  const client = createClient({ socket: { host: '127.0.0.1', port } });
  const events = [];
  for (const name of ['connect', 'ready', 'error', 'end', 'reconnecting']) client.on(name, () => events.push(name));
  const { connect } = require('node:net').Socket.prototype;
  require('node:net').Socket.prototype.connect = function (...given) {
    this.prependListener('data', count);
    return connect.apply(this, given);
  };
  await client.connect();
  require('node:net').Socket.prototype.connect = connect;
  await client.set('string', 'text');
  note('methods', [
    ...['sendCommand', '_executeCommand', '_executeMulti', '_executePipeline', 'MONITOR'].map((name) =>
      method(Client.prototype, name),
    ),
    method(Pool.prototype, 'execute'),
    method(Cluster.prototype, '_execute'),
  ]);
  note('keys of a client', Object.keys(Object.getPrototypeOf(client)).sort());
  await fireAndForget('a command that fails', () => client.lPush('string', 'x'));
  await fireAndForget('sendCommand that fails', () => client.sendCommand(['LPUSH', 'string', 'x']));
  await fireAndForget('a script that fails', () => client.eval("return redis.error_reply('ERR no')"));
  await fireAndForget('a transaction that is refused', () => client.multi().addCommand(['no-such-command']).exec());
  await fireAndForget('a pipeline with a command that fails', () =>
    client.multi().lPush('string', 'x').execAsPipeline(),
  );
  note('error of a command', await failure(client.lPush('string', 'x')));
  note('error of sendCommand', await failure(client.sendCommand(['LPUSH', 'string', 'x'])));
  note('error of a transaction', await failure(client.multi().lPush('string', 'x').get('string').exec()));
  note('replies', [
    await client.get('string'),
    await client.mGet(['string', 'none']),
    await client.hGetAll('none'),
    await client.multi().get('string').exec(),
    await client.sendCommand(['GET', 'string']),
  ]);
  const order = [];
  const at = (name) => () => order.push(`${name} ${ticks}`);
  await Promise.all([
    client.get('string').then(at('get')),
    client.lPush('string', 'x').then(undefined, at('rejected')),
    (async () => {
      await client.get('string');
      at('awaited')();
    })(),
    client.multi().get('string').exec().then(at('multi')),
    client.multi().get('string').execAsPipeline().then(at('pipeline')),
  ]);
  note('order and microtasks', order);
  const raw = [];
  const rawAt = (name) => () => raw.push(`${name} ${ticks}`);
  await Promise.all([
    client.sendCommand(['GET', 'string']).then(rawAt('sendCommand')),
    client.sendCommand(['LPUSH', 'string', 'x']).then(undefined, rawAt('sendCommand, rejected')),
  ]);
  note('order and microtasks of sendCommand', raw);
  await client.quit();
  await sleep(10);
  note('events', [...events]);
  note(
    'listeners',
    client
      .eventNames()
      .map((name) => [String(name), client.listenerCount(name)])
      .sort(),
  );
  note('after quit', await failure(client.get('string')));
  uncaught.length = 0;
  const refused = createClient({ socket: { host: '127.0.0.1', port: 1, reconnectStrategy: false } });
  note('refused', await failure(refused.connect()));
  await sleep(10);
  note('no listener for errors', [...uncaught]);
}

await (alias.startsWith('ioredis') ? ioredis() : nodeRedis());
await new Promise((resolve) => createConnection(port, '127.0.0.1').on('connect', resolve));
process.stdout.write(JSON.stringify(seen), () => process.exit(0));
