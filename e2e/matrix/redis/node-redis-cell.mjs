// One cell of the matrix: node-redis against a real Redis, every way of sending a command.
// node --conditions=@vigil/source node-redis-cell.mjs redis-6
import { createRequire } from 'node:module';
import { CANARY, Claims, names, until } from './claims.mjs';
import { libraryFolder, libraryVersion, loadLibrary } from './loaded-files.ts';
import { Recording } from './recording.ts';
import { RedisServers } from './redis-servers.ts';

const alias = process.argv[2] ?? 'redis-6';
const claims = new Claims();
const servers = await RedisServers.create();
const server = await servers.start();
const { port } = server;
const recording = new Recording(alias, { serverInfoIntervalMillis: 1_000 });
const { createClient, createClientPool, OpenTelemetry } = loadLibrary(alias);
const { defineScript } = createRequire(import.meta.url)(`${libraryFolder(alias)}/dist/lib/lua-script.js`);
const { RedisClientPool } = createRequire(import.meta.url)(`${libraryFolder(alias)}/dist/lib/client/pool.js`);
const DURATION = 'db.client.operation.duration';
const where = { 'server.address': '127.0.0.1', 'server.port': port };
const url = `redis://127.0.0.1:${port}`;
const quiet = (client) => client.on('error', () => undefined);

const scripts = {
  canaryEcho: defineScript({
    SCRIPT: `return {KEYS[1], ARGV[1], '${CANARY}'}`,
    NUMBER_OF_KEYS: 1,
    parseCommand(parser, key, value) {
      parser.pushKey(key);
      parser.push(value);
    },
    transformReply: undefined,
  }),
};
const client = quiet(createClient({ url, scripts }));
await client.connect();
claims.is('the status names library, version and mechanism', recording.instrumentation.status().instrumented, [
  { library: '@redis/client', version: libraryVersion(alias), mechanism: 'patch', module: 'cjs' },
]);
claims.is('a handshake is no operation', [recording.all().length, recording.sum(DURATION)], [0, 0]);

{
  await client.set(`${CANARY}:k`, `${CANARY}-value`);
  claims.is('no span without a parent', recording.all().length, 0);
  const { parent, spans } = await recording.inSpan(async () => {
    await client.get(`${CANARY}:k`);
    await client.get(`${CANARY}:missing`);
    await client.mGet([`${CANARY}:k`, `${CANARY}:missing`, `${CANARY}:missing2`]);
    await client.hSet(`${CANARY}:h`, 'f', CANARY);
    await client.hGet(`${CANARY}:h`, 'f');
    await client.hmGet(`${CANARY}:h`, ['f', 'g']);
    await client.hGetAll(`${CANARY}:none`);
    await client.sendCommand(['get', `${CANARY}:k`]);
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
}

{
  const { spans } = await recording.inSpan(async () => {
    await client.lPush(`${CANARY}:k`, CANARY).catch(() => undefined);
    await client.sendCommand([`${CANARY} ${CANARY}`, CANARY]).catch(() => undefined);
    await client
      .eval(`return redis.error_reply('${CANARY} ${CANARY}')`, { keys: [CANARY], arguments: [CANARY] })
      .catch(() => undefined);
    await client.canaryEcho(`${CANARY}:k`, CANARY);
    await client.canaryEcho(`${CANARY}:k`, CANARY);
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
  claims.is('scripts', names(spans.slice(3)), ['EVALSHA', 'EVAL', 'EVALSHA']);
}

{
  const { spans } = await recording.inSpan(async () => {
    await client.multi().get(`${CANARY}:k`).get(`${CANARY}:missing`).set(`${CANARY}:x`, CANARY).execAsPipeline();
    await client.multi().get(`${CANARY}:k`).get(`${CANARY}:missing`).exec();
    await client
      .multi()
      .set(`${CANARY}:x`, CANARY)
      .lPush(`${CANARY}:k`, '1')
      .exec()
      .catch(() => undefined);
    await client.multi().get(`${CANARY}:k`).execAsPipeline();
  });
  claims.is('one span a batch', names(spans), ['PIPELINE', 'MULTI', 'MULTI', 'PIPELINE']);
  claims.is(
    'its size; none for a batch of one',
    spans.map(({ attributes }) => attributes['db.operation.batch.size']),
    [3, 2, 2, undefined],
  );
  claims.is('the first error of a batch is its error', spans[2].attributes['error.type'], 'WRONGTYPE');
  claims.is(
    'hits and misses inside of batches',
    ['hit', 'miss'].map((outcome) =>
      recording.sum('vigil.redis.lookups', { 'db.operation.name': 'GET', 'vigil.outcome': outcome }),
    ),
    [5, 3],
  );
}
{
  const other = quiet(client.duplicate());
  await other.connect();
  const { spans } = await recording.inSpan(async () => {
    await client.watch(`${CANARY}:k`);
    await other.set(`${CANARY}:k`, '2');
    const error = await client
      .multi()
      .set(`${CANARY}:k`, '3')
      .exec()
      .catch((thrown) => thrown);
    claims.is('a discarded transaction is rejected as without us', error?.constructor?.name, 'WatchError');
  });
  claims.is(
    'a discarded transaction is no error and says so',
    [names(spans), spans[2].statusCode, spans[2].attributes['vigil.outcome']],
    [['WATCH', 'SET', 'MULTI'], 0, 'discarded'],
  );
  const selected = await recording.inSpan(async () => {
    await other.select(2);
    await other.get('a');
  });
  claims.is(
    'database',
    selected.spans.map(({ name, attributes }) => [name, attributes['db.namespace']]),
    [
      ['SELECT', '0'],
      ['GET', '2'],
    ],
  );
  await other.close();
}

// Pools: a task that waited for a client keeps its parent.
{
  const pool = (createClientPool ?? RedisClientPool.create)({ url }, { minimum: 1, maximum: 1 });
  quiet(pool);
  await pool.connect();
  const runs = await Promise.all(
    [1, 2, 3].map((index) =>
      recording.inSpan(async () => {
        await pool.get(`${CANARY}:${index}`);
        await pool.execute(async (one) => {
          await one.get(`${CANARY}:k`);
          await one.set(`${CANARY}:p`, CANARY);
        });
      }),
    ),
  );
  claims.is(
    'commands of a pool stay with their request',
    runs.map(({ parent, spans }) => [names(spans), spans.every((span) => span.parentSpanId === parent.spanId)]),
    Array(3).fill([['GET', 'GET', 'SET'], true]),
  );
  await pool.close();
}

{
  const before = recording.sum(DURATION);
  const blocking = quiet(client.duplicate());
  await blocking.connect();
  const { spans } = await recording.inSpan(async () => {
    await blocking.blPop(`${CANARY}:list`, 0.05);
    await blocking.xRead({ key: `${CANARY}:stream`, id: '$' }, { BLOCK: 20 });
  });
  claims.is(
    'blocking commands have spans and no latency',
    [names(spans), recording.sum(DURATION) - before],
    [['BLPOP', 'XREAD'], 0],
  );
  await blocking.close();
}

await until(() => recording.sum('redis.keyspace.hits', where) > 5);
claims.is(
  'INFO of the server',
  [recording.sum('redis.maxmemory'), recording.sum('redis.memory.used') > 100_000],
  [64 * 1024 * 1024, true],
);
claims.is('our INFO is no operation', recording.sum(DURATION, { 'db.operation.name': 'INFO' }), 0);
claims.is(
  'connections',
  recording.sum('vigil.redis.connection.count', { 'vigil.redis.connection.state': 'ready', ...where }),
  1,
);

{
  recording.instrumentation.disable();
  const before = recording.sum(DURATION);
  const { spans } = await recording.inSpan(() => client.get(`${CANARY}:k`));
  recording.instrumentation.enable();
  const again = await recording.inSpan(() => client.get(`${CANARY}:k`));
  claims.is('off and on at run time', [spans.length, again.spans.length, recording.sum(DURATION) - before], [0, 1, 1]);
}

if (OpenTelemetry !== undefined) {
  const before = recording.sum(DURATION);
  OpenTelemetry.init({ metrics: { enabled: true, enabledMetricGroups: ['command'] } });
  await client.get('a');
  claims.is('the library records durations itself: no double counting', recording.sum(DURATION) - before, 0);
}

{
  const failing = quiet(createClient({ url, socket: { reconnectStrategy: 20 } }));
  await failing.connect();
  await client.close();
  const closed = await recording.inSpan(() => client.get('a').catch(() => undefined));
  claims.is(
    'rejected before it is sent',
    [names(closed.spans), closed.spans[0]?.attributes['error.type']],
    [['GET'], 'ClientClosedError'],
  );
  const cut = recording.inSpan(() => Promise.all([failing.blPop('nothing', 0).catch(() => undefined)]));
  await server.kill();
  await until(() => recording.sum('vigil.redis.connection.errors', { 'error.type': 'ECONNREFUSED', ...where }) >= 2);
  claims.is(
    'on its way when the connection broke',
    [names((await cut).spans), typeof (await cut).spans[0].attributes['error.type']],
    [['BLPOP'], 'string'],
  );
  claims.is('reconnects', recording.sum('vigil.redis.connection.reconnects', where) >= 2, true);
  claims.is(
    'state',
    recording.sum('vigil.redis.connection.count', { 'vigil.redis.connection.state': 'reconnecting', ...where }),
    1,
  );
  const queued = recording.inSpan(() =>
    Promise.all([
      failing.get('a').catch(() => undefined),
      failing
        .multi()
        .get('a')
        .exec()
        .catch(() => undefined),
    ]),
  );
  failing.destroy();
  claims.is(
    'offline queue and batches end with the client',
    [names((await queued).spans), (await queued).spans[0].attributes['error.type']],
    [['GET', 'MULTI'], 'DisconnectsClientError'],
  );
}

claims.is('no span is open', recording.open, 0);
claims.is('no canary leaves', recording.everything().includes(CANARY), false);
claims.is('nothing of ours failed', recording.lines, []);
recording.instrumentation.disable();
await servers.close();
claims.report(`${alias} (${libraryVersion(alias)})`);
