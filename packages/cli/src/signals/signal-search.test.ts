import { expect, test } from '@jest/globals';
import { type StoreClient, StoreError } from '../stores/store-client.ts';
import type { SignalRow } from './signal-matrix.ts';
import { awaitSignals, findSignals } from './signal-search.ts';

const ROW: SignalRow = { source: 'http', trace: { service: 'shop', attributes: {} }, promql: 'up', logql: '{a="b"}' };
const EMPTY: StoreClient = {
  prometheus: async () => [],
  exemplars: async () => 0,
  traces: async () => [],
  trace: async () => [],
  logs: async () => [],
};
const SINCE = new Date(0);
const SAMPLE = [{ labels: {}, value: 1 }];

function clock() {
  let millis = 0;
  return {
    now: () => millis,
    pause: async (pauseMillis: number) => {
      millis += pauseMillis;
    },
  };
}

test('exemplars are a finding of their own, counted', async () => {
  const row = { source: 'exemplars', exemplars: 'x_bucket' };
  const found = await findSignals([row], { ...EMPTY, exemplars: async () => 2 }, SINCE);
  expect(found).toMatchObject([{ store: 'prometheus', query: 'exemplars of x_bucket', count: 2 }]);
});

test('a row with three expectations is three findings, each with its query', async () => {
  const findings = await findSignals([ROW], { ...EMPTY, prometheus: async () => SAMPLE }, SINCE);
  expect(findings.map(({ store, count }) => [store, count])).toEqual([
    ['jaeger', 0],
    ['prometheus', 1],
    ['loki', 0],
  ]);
  expect(findings[0]?.query).toContain('traces?service=shop');
});

test('a store that is down is a finding with its message', async () => {
  const down = async () => {
    throw new StoreError('loki: no answer');
  };
  expect((await findSignals([ROW], { ...EMPTY, logs: down }, SINCE))[2]).toMatchObject({
    count: 0,
    problem: 'loki: no answer',
  });
});

test('a fault of our own is not taken for a missing signal', async () => {
  const broken = async () => {
    throw new TypeError('x is not a function');
  };
  await expect(findSignals([ROW], { ...EMPTY, logs: broken }, SINCE)).rejects.toThrow(TypeError);
});

test('what arrives in the third round is found; what never comes ends after 10 s', async () => {
  let round = 0;
  const client = { ...EMPTY, prometheus: async () => (++round >= 3 ? SAMPLE : []) };
  const only = { source: 'http', promql: 'up' };
  expect(
    (await awaitSignals([only], client, SINCE, { ...clock(), patienceMillis: 10_000, pauseMillis: 1000 }))[0]?.count,
  ).toBe(1);
  const time = clock();
  expect(
    (await awaitSignals([only], EMPTY, SINCE, { ...time, patienceMillis: 10_000, pauseMillis: 1000 }))[0]?.count,
  ).toBe(0);
  expect(time.now()).toBe(10_000);
});
