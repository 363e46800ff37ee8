// Clusters: a real one of two nodes, a slot that moves behind the client's back.
// node --conditions=@vigil/source cluster-cell.mjs ioredis-6
import { CANARY, Claims, names, until } from './claims.mjs';
import { libraryVersion, loadLibrary } from './loaded-files.ts';
import { Recording } from './recording.ts';
import { RedisServers } from './redis-servers.ts';

const alias = process.argv[2] ?? 'ioredis-6';
const isIoredis = alias.startsWith('ioredis');
const claims = new Claims();
const servers = await RedisServers.create();
const nodes = [];
for (let index = 0; index < 2; index += 1) {
  nodes.push(
    await servers.start({
      'cluster-enabled': 'yes',
      'cluster-config-file': `nodes-${index}.conf`,
      'cluster-node-timeout': '2000',
    }),
  );
}

// The cluster is made by a client of its own, before anything is instrumented.
const library = loadLibrary(alias);
const admins = await Promise.all(
  nodes.map(async ({ port }) => {
    if (isIoredis) {
      const redis = new library(port, '127.0.0.1');
      return { send: (...words) => redis.call(...words), end: () => redis.disconnect() };
    }
    const client = library.createClient({ socket: { host: '127.0.0.1', port } }).on('error', () => undefined);
    await client.connect();
    return { send: (...words) => client.sendCommand(words), end: () => client.destroy() };
  }),
);
await admins[0].send('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
await admins[1].send('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
await admins[0].send('CLUSTER', 'MEET', '127.0.0.1', String(nodes[1].port));
const ids = await Promise.all(admins.map(async ({ send }) => String(await send('CLUSTER', 'MYID'))));
const isJoined = async () => {
  const states = await Promise.all(admins.map(async ({ send }) => String(await send('CLUSTER', 'INFO'))));
  return states.every((text) => text.includes('cluster_state:ok') && text.includes('cluster_known_nodes:2'));
};
while (!(await isJoined())) await new Promise((resolve) => setTimeout(resolve, 50));

const recording = new Recording(alias);
const DURATION = 'db.client.operation.duration';
const rootNodes = nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
const cluster = isIoredis
  ? new library.Cluster(rootNodes, { scaleReads: 'master' })
  : library.createCluster({ rootNodes: rootNodes.map((socket) => ({ socket })) }).on('error', () => undefined);
if (isIoredis) await new Promise((resolve) => cluster.once('ready', resolve));
else await cluster.connect();

// foo hashes to 12182 (second node), bar to 5061 (first node).
{
  const { parent, spans } = await recording.inSpan(async () => {
    await cluster.set('foo', CANARY);
    await cluster.set('bar', CANARY);
    await cluster.get('bar');
  });
  claims.is('one span a command, none for the cluster itself', names(spans), ['SET', 'SET', 'GET']);
  claims.is(
    'parent',
    spans.every((span) => span.parentSpanId === parent.spanId),
    true,
  );
  claims.is(
    'the node that answered is the server',
    spans.map(({ attributes }) => attributes['server.port']),
    [nodes[1].port, nodes[0].port, nodes[0].port],
  );
  claims.is('hits', recording.sum('vigil.redis.lookups', { 'vigil.outcome': 'hit', 'server.port': nodes[0].port }), 1);
}

// The slot of bar moves to the second node; the client learns it by MOVED.
async function moveSlot(slot, from, to) {
  await admins[from].send(...(isIoredis ? ['DEL', 'bar'] : ['DEL', 'bar']));
  for (const index of [to, from]) await admins[index].send('CLUSTER', 'SETSLOT', String(slot), 'NODE', ids[to]);
}
await moveSlot(5061, 0, 1);
{
  const before = recording.sum(DURATION);
  const { spans } = await recording.inSpan(() => cluster.set('bar', CANARY));
  const first = spans.at(-1);
  if (alias === 'redis-5.0') {
    // This release keeps the method to itself: a redirected command is two operations, and says so.
    claims.is(
      'a redirected command',
      spans.map(({ attributes }) => attributes['error.type']),
      ['MOVED', undefined],
    );
  } else {
    claims.is('a redirected command is one span without an error', [names(spans), first.statusCode], [['SET'], 0]);
    claims.is('a redirected command is counted once', recording.sum(DURATION) - before, 1);
  }
  claims.is('its server is the one it was redirected to', first.attributes['server.port'], nodes[1].port);
}
await moveSlot(5061, 1, 0);
if (isIoredis) {
  const { spans } = await recording.inSpan(() => cluster.pipeline().set('bar', CANARY).get('bar').exec());
  claims.is(
    'a redirected pipeline is one span without an error',
    [names(spans), spans[0].statusCode, spans[0].attributes['server.port']],
    [['PIPELINE'], 0, nodes[0].port],
  );
  const automatic = new library.Cluster(rootNodes, { enableAutoPipelining: true });
  await new Promise((resolve) => automatic.once('ready', resolve));
  await moveSlot(5061, 0, 1);
  const runs = await Promise.all(
    [1, 2].map(() => recording.inSpan(() => Promise.all([automatic.set('bar', CANARY), automatic.get('bar')]))),
  );
  claims.is(
    'a redirected automatic pipeline: each command one span, with its request',
    runs.map(({ parent, spans: own }) => [
      names(own),
      own.every((span) => span.parentSpanId === parent.spanId && span.statusCode === 0),
    ]),
    Array(2).fill([['SET', 'GET'], true]),
  );
  automatic.disconnect();
} else {
  const { spans } = await recording.inSpan(() => cluster.multi().set('foo', CANARY).get('foo').exec());
  claims.is(
    'a transaction of a cluster',
    [names(spans), spans[0].statusCode, spans[0].attributes['server.port']],
    [['MULTI'], 0, nodes[1].port],
  );
}
await cluster.set('bar', CANARY);
const late = await recording.inSpan(async () => {
  const all = [cluster.get('foo').catch(() => undefined), cluster.get('bar').catch(() => undefined)];
  if (isIoredis) cluster.disconnect();
  else cluster.destroy();
  await Promise.all(all);
});
claims.is('the cluster ends with commands on their way', names(late.spans), ['GET', 'GET']);
for (const { end } of admins) end();
await until(() => recording.open === 0).catch(() => undefined);
claims.is('no span is open', recording.open, 0);
claims.is('no canary leaves', recording.everything().includes(CANARY), false);
claims.is('nothing of ours failed', recording.lines, []);
recording.instrumentation.disable();
await servers.close();
claims.report(`${alias} (${libraryVersion(alias)}), cluster`);
