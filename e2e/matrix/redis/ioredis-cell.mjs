// One cell of the matrix: ioredis against a real Redis, every way of sending a command.
// node --conditions=@vigil/source ioredis-cell.mjs ioredis-6
import { CANARY, Claims, names, until } from './claims.mjs';
import { claimBatches } from './ioredis-batches.mjs';
import { claimLostServer } from './ioredis-lost-server.mjs';
import { libraryVersion, loadLibrary } from './loaded-files.ts';
import { Recording } from './recording.ts';
import { RedisServers } from './redis-servers.ts';

const alias = process.argv[2] ?? 'ioredis-6';
const claims = new Claims();
const servers = await RedisServers.create();
const server = await servers.start();
const { port } = server;
// One poll a second: the timer is tested as it is.
const recording = new Recording(alias, {
  serverInfoIntervalMillis: 1_000,
  keyGroups: [{ name: 'limits', match: `${CANARY}:limit:*` }],
});
const Redis = loadLibrary(alias);
const DURATION = 'db.client.operation.duration';
const where = { 'server.address': '127.0.0.1', 'server.port': port };

const redis = new Redis(port, '127.0.0.1');
redis.on('error', () => undefined);
await new Promise((resolve) => redis.once('ready', resolve));
claims.is('the status names library, version and mechanism', recording.instrumentation.status().instrumented, [
  { library: 'ioredis', version: libraryVersion(alias), mechanism: 'patch', module: 'cjs' },
]);
claims.is('a handshake is no operation', [recording.all().length, recording.sum(DURATION)], [0, 0]);

// Commands of their own.
{
  await redis.set(`${CANARY}:k`, `${CANARY}-value`);
  claims.is('no span without a parent', recording.all().length, 0);
  const { parent, spans } = await recording.inSpan(async () => {
    await redis.get(`${CANARY}:k`);
    await redis.get(`${CANARY}:missing`);
    await redis.mget(`${CANARY}:k`, `${CANARY}:missing`, `${CANARY}:missing2`);
    await redis.hset(`${CANARY}:h`, 'f', CANARY);
    await redis.hget(`${CANARY}:h`, 'f');
    await redis.hmget(`${CANARY}:h`, 'f', 'g');
    await redis.hgetall(`${CANARY}:none`);
    await redis.getBuffer(`${CANARY}:k`);
  });
  claims.is('one span a command', names(spans), ['GET', 'GET', 'MGET', 'HSET', 'HGET', 'HMGET', 'HGETALL', 'GET']);
  claims.is(
    'each is a client span below the parent',
    spans.every((span) => span.kind === 3 && span.parentSpanId === parent.spanId),
    true,
  );
  claims.is('attributes', spans[0].attributes, {
    'db.system.name': 'redis',
    'db.namespace': '0',
    'db.operation.name': 'GET',
    'server.address': '127.0.0.1',
    'server.port': port,
    'db.query.text': 'GET',
  });
  const lookups = (name, outcome) =>
    recording.sum('vigil.redis.lookups', { 'db.operation.name': name, 'vigil.outcome': outcome, ...where });
  claims.is(
    'hits and misses',
    ['GET', 'MGET', 'HGET', 'HMGET', 'HGETALL'].map((name) => [lookups(name, 'hit'), lookups(name, 'miss')]),
    [
      [2, 1],
      [1, 2],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  );
  claims.is('duration of every command', recording.sum(DURATION, { ...where, 'db.system.name': 'redis' }), 9);
  claims.is('duration of GET', recording.sum(DURATION, { 'db.operation.name': 'GET' }), 3);
}

// Errors.
{
  const { spans } = await recording.inSpan(async () => {
    await redis.lpush(`${CANARY}:k`, CANARY).catch(() => undefined);
    await redis.call(`${CANARY} ${CANARY}`, CANARY).catch(() => undefined);
    await redis.eval(`return redis.error_reply('${CANARY} ${CANARY}')`, 1, CANARY, CANARY).catch(() => undefined);
  });
  claims.is(
    'an error is its prefix',
    [
      spans[0].statusCode,
      spans[0].statusMessage,
      spans[0].attributes['error.type'],
      spans[0].attributes['db.response.status_code'],
    ],
    [2, '', 'WRONGTYPE', 'WRONGTYPE'],
  );
  claims.is('what is no command name is _OTHER', [spans[1].name, spans[1].attributes['error.type']], ['_OTHER', 'ERR']);
  claims.is(
    'a word that a script chose is _OTHER',
    [spans[2].name, spans[2].attributes['error.type']],
    ['EVAL', '_OTHER'],
  );
  claims.is('errors in the histogram', recording.sum(DURATION, { 'error.type': 'WRONGTYPE' }), 1);
}

await claimBatches({ claims, recording, Redis, redis, port });

// Custom commands, streams, transformers, callbacks, SELECT.
{
  redis.defineCommand('canaryEcho', { numberOfKeys: 1, lua: `return {KEYS[1], ARGV[1], '${CANARY}'}` });
  const { spans } = await recording.inSpan(async () => {
    await redis.canaryEcho(`${CANARY}:k`, CANARY);
    await redis.canaryEcho(`${CANARY}:k`, CANARY);
    await redis.script('FLUSH');
    await redis.canaryEcho(`${CANARY}:k`, CANARY);
    await new Promise((resolve) => redis.get(`${CANARY}:k`, resolve));
    await redis.select(2);
    await redis.get(`${CANARY}:k`);
    await redis.select(0);
  });
  claims.is('custom commands are EVALSHA, a script that was flushed is sent again', names(spans).slice(0, 5), [
    'EVALSHA',
    'EVALSHA',
    'SCRIPT',
    'EVALSHA',
    'EVALSHA',
  ]);
  claims.is('a script that was flushed', spans[3].attributes['error.type'], 'NOSCRIPT');
  claims.is(
    'database',
    spans.slice(5).map(({ name, attributes }) => [name, attributes['db.namespace']]),
    [
      ['GET', '0'],
      ['SELECT', '0'],
      ['GET', '2'],
      ['SELECT', '2'],
    ],
  );
}

// Blocking commands: spans, no latency.
{
  const before = recording.sum(DURATION);
  const blocking = redis.duplicate();
  const { spans } = await recording.inSpan(async () => {
    await blocking.blpop(`${CANARY}:list`, 0.05);
    await blocking.xread('BLOCK', 20, 'STREAMS', `${CANARY}:stream`, '$');
  });
  claims.is(
    'blocking commands have spans and no latency',
    [names(spans), recording.sum(DURATION) - before],
    [['BLPOP', 'XREAD'], 0],
  );
  await blocking.xread('STREAMS', `${CANARY}:stream`, '0');
  claims.is('XREAD that does not block has latency', recording.sum(DURATION) - before, 1);
  const subscriber = redis.duplicate({ protocol: 2 });
  await subscriber.subscribe(`${CANARY}:channel`);
  await subscriber.get('x').catch(() => undefined);
  claims.is(
    'rejected before it is sent: in the histogram with its reason',
    recording.sum(DURATION, { 'error.type': 'subscriber_mode' }),
    1,
  );
  subscriber.disconnect();
  await blocking.quit();
}

// Poller.
await redis.set(`${CANARY}:limit:a`, '1');
await redis.set(`${CANARY}:limit:b`, '1');
await until(() => recording.sum('redis.keyspace.hits', where) > 5 && recording.sum('vigil.redis.keys') > 0);
claims.is(
  'INFO of the server',
  [recording.sum('redis.maxmemory'), recording.sum('redis.clients.connected') >= 1],
  [64 * 1024 * 1024, true],
);
claims.is('keys of a group', recording.sum('vigil.redis.keys', { 'vigil.redis.key.group': 'limits', ...where }), 2);
claims.is(
  'our INFO and SCAN are no operations',
  recording.sum(DURATION, { 'db.operation.name': 'INFO' }) + recording.sum(DURATION, { 'db.operation.name': 'SCAN' }),
  0,
);
claims.is(
  'connections',
  recording.sum('vigil.redis.connection.count', { 'vigil.redis.connection.state': 'ready', ...where }),
  1,
);
await redis.multi({ pipeline: false });
await redis.set('a', '1');
await new Promise((resolve) => setTimeout(resolve, 1_200));
claims.is('nothing of ours in a transaction of the application', (await redis.exec()).length, 1);

// Switched off and on.
{
  recording.instrumentation.disable();
  const before = recording.sum(DURATION);
  const { spans } = await recording.inSpan(() => redis.get(`${CANARY}:k`));
  recording.instrumentation.enable();
  const again = await recording.inSpan(() => redis.get(`${CANARY}:k`));
  claims.is('off and on at run time', [spans.length, again.spans.length, recording.sum(DURATION) - before], [0, 1, 1]);
}

await claimLostServer({ claims, recording, servers, server, Redis, redis, where });

claims.is('no span is open', recording.open, 0);
claims.is('no canary leaves', recording.everything().includes(CANARY), false);
claims.is('nothing of ours failed', recording.lines, []);
recording.instrumentation.disable();
await servers.close();
claims.report(`${alias} (${libraryVersion(alias)})`);
