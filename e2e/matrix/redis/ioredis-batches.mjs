// Part of the cell of ioredis: pipelines, transactions, automatic pipelines. It counts on from the commands before it.
import { CANARY, names } from './claims.mjs';

export async function claimBatches({ claims, recording, Redis, redis, port }) {
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
}
