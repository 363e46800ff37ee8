// Part of the cell of ioredis: Redis down, offline queue, disconnect with commands on their way. It ends the server.
import { names, until } from './claims.mjs';

export async function claimLostServer({ claims, recording, servers, server, Redis, redis, where }) {
  const { port } = server;
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
