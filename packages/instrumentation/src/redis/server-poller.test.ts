import { afterEach, expect, jest, test } from '@jest/globals';
import { REDIS_KEYSPACE_HITS, VIGIL_REDIS_KEYS } from '@vigil/conventions';
import type { LabelValue, MetricRegistry, Observe } from '@vigil/metrics';
import { resolveRedisOptions } from './options.ts';
import { type ConnectionState, RedisConnection, type RedisDriver } from './redis-connection.ts';
import { ServerEntry } from './server-entry.ts';
import { ServerPoller } from './server-poller.ts';

interface FakeClient {
  state: ConnectionState;
  isFree: boolean;
  readonly sent: (readonly string[])[];
  answer: (words: readonly string[]) => Promise<unknown>;
}

const driver: RedisDriver<FakeClient> = {
  library: 'fake',
  recordsDuration: false,
  server: () => new ServerEntry({ address: 'redis.test', port: 6379 }, 0, undefined, true),
  state: ({ state }) => state,
  isFree: ({ isFree }) => isFree,
  send: (client, words) => {
    client.sent.push(words);
    return client.answer(words);
  },
};

// Held here: connections hold their clients weakly.
const clients: FakeClient[] = [];

function connection(answer: FakeClient['answer'], isInternal = false): [RedisConnection, FakeClient] {
  const client: FakeClient = { state: 'ready', isFree: true, sent: [], answer };
  clients.push(client);
  return [new RedisConnection(client, driver as unknown as RedisDriver, driver.server(client), isInternal), client];
}

class ObservedMetrics {
  readonly #callbacks = new Map<string, Observe>();

  readonly registry = {
    observe: (metric: { name: string }, callback: Observe) => {
      this.#callbacks.set(metric.name, callback);
      return () => void this.#callbacks.delete(metric.name);
    },
  } as unknown as MetricRegistry;

  read({ name }: { readonly name: string }): [number, ...LabelValue[]][] {
    const points: [number, ...LabelValue[]][] = [];
    this.#callbacks.get(name)?.((value, ...labels) => void points.push([value, ...labels]));
    return points;
  }

  get size(): number {
    return this.#callbacks.size;
  }
}

const clock = { millis: 0 };
const lines: string[] = [];
const poller = (connections: RedisConnection[], options = {}) =>
  new ServerPoller({
    connections,
    options: resolveRedisOptions(options),
    nowMillis: () => clock.millis,
    warn: (line) => void lines.push(line),
  });
const settled = () => jest.advanceTimersByTimeAsync(0);

afterEach(() => {
  jest.useRealTimers();
  lines.length = 0;
  clients.length = 0;
  clock.millis = 0;
});

test('each server is asked once a round, on a connection that is free', async () => {
  jest.useFakeTimers();
  const [busy, busyClient] = connection(async () => 'keyspace_hits:1');
  busyClient.isFree = false;
  const [waiting, waitingClient] = connection(async () => 'keyspace_hits:2');
  waiting.waiting = 1;
  const [transaction, transactionClient] = connection(async () => 'keyspace_hits:3');
  transaction.isInTransaction = true;
  const [internal, internalClient] = connection(async () => 'keyspace_hits:4', true);
  const [free, freeClient] = connection(async () => 'keyspace_hits:5');
  const [spare, spareClient] = connection(async () => 'keyspace_hits:6');
  const metrics = new ObservedMetrics();
  const polling = poller([busy, waiting, transaction, internal, free, spare]);
  polling.start(metrics.registry);
  await jest.advanceTimersByTimeAsync(30_000);
  const sent = [busyClient, waitingClient, transactionClient, internalClient, freeClient, spareClient].map(
    (client) => client.sent.length,
  );
  expect(sent).toEqual([0, 0, 0, 0, 1, 0]);
  expect(metrics.read(REDIS_KEYSPACE_HITS)).toEqual([[5, 'redis.test', 6379]]);
  polling.stop();
  expect(metrics.size).toBe(0);
});

test('a question without an answer is given up after 5 s, and that connection is left alone until it answers', async () => {
  jest.useFakeTimers();
  let answer: (text: string) => void = () => undefined;
  const [slow, slowClient] = connection(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  const polling = poller([slow]);
  polling.round();
  polling.round();
  await jest.advanceTimersByTimeAsync(4_999);
  polling.round();
  expect(slowClient.sent.length).toBe(1);
  await jest.advanceTimersByTimeAsync(1);
  polling.round();
  expect(slowClient.sent.length).toBe(1);
  answer('keyspace_hits:7');
  await settled();
  polling.round();
  expect(slowClient.sent.length).toBe(2);
});

test('a number is shown for 3 rounds after its answer, and not longer', async () => {
  jest.useFakeTimers();
  const [one, client] = connection(async () => 'keyspace_hits:5');
  const metrics = new ObservedMetrics();
  const polling = poller([one]);
  polling.start(metrics.registry);
  polling.round();
  await settled();
  client.state = 'closed';
  clock.millis = 90_000;
  expect(metrics.read(REDIS_KEYSPACE_HITS).length).toBe(1);
  clock.millis = 90_001;
  expect(metrics.read(REDIS_KEYSPACE_HITS)).toEqual([]);
  polling.stop();
});

test('a server that refuses INFO is not asked again, one whose connection broke is', async () => {
  jest.useFakeTimers();
  const [one, client] = connection(() => Promise.reject(new Error('Connection is closed.')));
  const polling = poller([one]);
  polling.round();
  await settled();
  client.answer = () => Promise.reject(new Error("NOPERM this user has no permissions to run 'info'"));
  polling.round();
  await settled();
  polling.round();
  await settled();
  expect(client.sent.length).toBe(2);
  expect(lines).toEqual(['redis: redis.test:6379 refuses INFO (NOPERM): it is not asked again']);
});

test('keys are counted by SCAN only where a group is given', async () => {
  jest.useFakeTimers();
  const [one, client] = connection(async ([name]) => (name === 'SCAN' ? ['0', ['a', 'b']] : 'keyspace_hits:5'));
  const metrics = new ObservedMetrics();
  const polling = poller([one], { keyGroups: [{ name: 'limits', match: 'limit:*' }] });
  polling.start(metrics.registry);
  polling.round();
  await settled();
  expect(client.sent.map(([name]) => name)).toEqual(['INFO', 'SCAN']);
  expect(metrics.read(VIGIL_REDIS_KEYS)).toEqual([[2, 'redis.test', 6379, 'limits']]);
  polling.stop();
});

test('with an interval of 0 nobody is asked', async () => {
  jest.useFakeTimers();
  const [one, client] = connection(async () => '');
  const polling = poller([one], { serverInfoIntervalMillis: 0 });
  polling.start(new ObservedMetrics().registry);
  await jest.advanceTimersByTimeAsync(120_000);
  expect(client.sent.length).toBe(0);
});
