// Sentinel: the master is found by asking a sentinel. node --conditions=@vigil/source sentinel-cell.mjs ioredis-6
import { CANARY, Claims, names } from './claims.mjs';
import { libraryVersion, loadLibrary } from './loaded-files.ts';
import { Recording } from './recording.ts';
import { MASTER_NAME, startSentinel } from './redis-sentinel.ts';
import { RedisServers } from './redis-servers.ts';

const alias = process.argv[2] ?? 'ioredis-6';
const isIoredis = alias.startsWith('ioredis');
const claims = new Claims();
const servers = await RedisServers.create();
const master = await servers.start();
const spare = await servers.start();
await spare.kill();
const sentinel = await startSentinel(spare.port, master.port);
const recording = new Recording(alias);
const library = loadLibrary(alias);
const address = { host: '127.0.0.1', port: spare.port };
const client = isIoredis
  ? new library({ sentinels: [address], name: MASTER_NAME })
  : library.createSentinel({ name: MASTER_NAME, sentinelRootNodes: [address] });
client.on('error', () => undefined);
if (isIoredis) await new Promise((resolve) => client.once('ready', resolve));
else await client.connect();
const { parent, spans } = await recording.inSpan(async () => {
  await client.set('k', CANARY);
  await client.get('k');
  await client.multi().get('k').exec();
});
claims.is('one span a command', names(spans), ['SET', 'GET', 'MULTI']);
claims.is(
  'parent',
  spans.every((span) => span.parentSpanId === parent.spanId),
  true,
);
claims.is(
  'the server is the master',
  spans.map(({ attributes }) => attributes['server.port']),
  Array(3).fill(master.port),
);
claims.is('counted once', recording.sum('db.client.operation.duration', { 'server.port': master.port }), 3);
if (isIoredis) client.disconnect();
else await client.close();
claims.is('no span is open', recording.open, 0);
claims.is('no canary leaves', recording.everything().includes(CANARY), false);
claims.is('nothing of ours failed', recording.lines, []);
recording.instrumentation.disable();
await sentinel.close();
await servers.close();
claims.report(`${alias} (${libraryVersion(alias)}), sentinel`);
