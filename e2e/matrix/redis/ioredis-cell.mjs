// One cell of the matrix: ioredis against a real Redis, every way of sending a command.
// node --conditions=@vigil/source ioredis-cell.mjs ioredis-6
import { CANARY, Claims, names, until } from './claims.mjs';
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

// Pipelines and transactions.
{
  const { spans } = await recording.inSpan(async () => {
    await redis.pipeline().get(`${CANARY}:k`).get(`${CANARY}:missing`).set(`${CANARY}:x`, CANARY).exec();
    await redis.multi().get(`${CANARY}:k`).get(`${CANARY}:missing`).exec();
    await redis.multi({ pipeline: false });
    await redis.get(`${CANARY}:k`);
    await redis.exec();
    await redis.pipeline().get(`${CANARY}:k`).lpush(`${CANARY}:k`, '1').exec();
    await redis
      .multi()
      .set(`${CANARY}:x`, CANARY)
      .lpush(`${CANARY}:k`, '1')
      .exec()
      .catch(() => undefined);
    await redis.pipeline().exec();
    const discarded = redis.multi();
    discarded.set('a', CANARY).discard();
    await redis.pipeline([['get', `${CANARY}:k`]]).exec();
  });
  claims.is('one span a batch', names(spans), [
    'PIPELINE',
    'MULTI',
    'MULTI',
    'GET',
    'EXEC',
    'PIPELINE',
    'MULTI',
    'PIPELINE',
  ]);
  claims.is(
    'its size; none for a batch of one',
    spans
      .filter(({ name }) => name !== 'GET' && name !== 'EXEC')
      .map(({ attributes }) => attributes['db.operation.batch.size']),
    [3, 2, undefined, 2, 2, undefined],
  );
  claims.is(
    'the first error of a batch is its error',
    [spans[5].attributes['error.type'], spans[6].attributes['error.type']],
    ['WRONGTYPE', 'WRONGTYPE'],
  );
  claims.is(
    'sizes',
    [
      recording.sum('vigil.redis.batch.size', { 'db.operation.name': 'PIPELINE' }),
      recording.sum('vigil.redis.batch.size', { 'db.operation.name': 'MULTI' }),
    ],
    [3, 2],
  );
  // Before: 2 hits, 1 miss. Pipeline 1/1, transaction 1/1, QUEUED and EXEC none, pipeline 1/0, pipeline 1/0.
  claims.is(
    'hits and misses inside of batches',
    ['hit', 'miss'].map((outcome) =>
      recording.sum('vigil.redis.lookups', { 'db.operation.name': 'GET', 'vigil.outcome': outcome }),
    ),
    [6, 3],
  );
}
{
  const other = redis.duplicate();
  const { spans } = await recording.inSpan(async () => {
    await redis.watch(`${CANARY}:k`);
    await other.set(`${CANARY}:k`, '2');
    claims.is('a discarded transaction answers null', await redis.multi().set(`${CANARY}:k`, '3').exec(), null);
  });
  claims.is(
    'a discarded transaction is no error and says so',
    [names(spans), spans[2].statusCode, spans[2].attributes['vigil.outcome']],
    [['WATCH', 'SET', 'MULTI'], 0, 'discarded'],
  );
  await other.quit();
}

// Automatic pipelines: a span each, below the request that called.
{
  const automatic = new Redis(port, '127.0.0.1', { enableAutoPipelining: true });
  const before = recording.sum('vigil.redis.batch.size', { 'db.operation.name': 'PIPELINE' });
  const runs = await Promise.all(
    [1, 2, 3].map((index) =>
      recording.inSpan(() => Promise.all([automatic.get(`${CANARY}:k`), automatic.get(`${CANARY}:${index}`)])),
    ),
  );
  claims.is(
    'commands of automatic pipelines stay with their request',
    runs.map(({ parent, spans }) => [names(spans), spans.every((span) => span.parentSpanId === parent.spanId)]),
    Array(3).fill([['GET', 'GET'], true]),
  );
  claims.is(
    'the automatic pipeline counts as one batch',
    recording.sum('vigil.redis.batch.size', { 'db.operation.name': 'PIPELINE' }) - before,
    1,
  );
  await automatic.quit();
}

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

// Redis down, offline queue, disconnect with commands on their way.
{
  const failing = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 1, retryStrategy: () => 20 });
  failing.on('error', () => undefined);
  await failing.ping();
  redis.disconnect();
  await server.kill();
  await until(() => recording.sum('vigil.redis.connection.errors', { 'error.type': 'ECONNREFUSED', ...where }) >= 2);
  const { spans } = await recording.inSpan(() => failing.get('a').catch(() => undefined));
  claims.is(
    'a command that was given up',
    [names(spans), spans[0].attributes['error.type']],
    [['GET'], 'MaxRetriesPerRequestError'],
  );
  claims.is('reconnects', recording.sum('vigil.redis.connection.reconnects', where) >= 2, true);
  claims.is(
    'state: reconnecting or connecting',
    recording.sum('vigil.redis.connection.count', { 'vigil.redis.connection.state': 'ready' }),
    0,
  );
  await until(() => failing.status === 'reconnecting' && failing.reconnectTimeout !== null);
  // The client never settles these: they are spans all the same, and end.
  const queued = await recording.inSpan(async () => {
    failing.get('a').catch(() => undefined);
    failing.pipeline().get('a').exec();
    failing.disconnect();
  });
  claims.is('offline queue and pipelines end with the client', names(queued.spans), ['GET', 'PIPELINE']);
  const again = await servers.start({}, port);
  const last = new Redis(port, '127.0.0.1');
  await last.ping();
  const cut = await recording.inSpan(async () => {
    const all = [last.get('a'), last.blpop('nothing', 0), last.pipeline().get('a').exec()].map((promise) =>
      promise.catch(() => undefined),
    );
    last.disconnect();
    await Promise.all(all);
  });
  // The server had GET before the end of the connection, and answers it.
  claims.is(
    'disconnect with commands on their way',
    [names(cut.spans), cut.spans.map(({ attributes }) => attributes['error.type'])],
    [
      ['GET', 'BLPOP', 'PIPELINE'],
      [undefined, 'connection_closed', 'connection_closed'],
    ],
  );
  await again.kill();
}

claims.is('no span is open', recording.open, 0);
claims.is('no canary leaves', recording.everything().includes(CANARY), false);
claims.is('nothing of ours failed', recording.lines, []);
recording.instrumentation.disable();
await servers.close();
claims.report(`${alias} (${libraryVersion(alias)})`);
