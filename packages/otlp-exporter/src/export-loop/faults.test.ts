import { expect, test } from '@jest/globals';
import { createLoopPipeline } from '../../test/loop-pipeline.ts';
import { answered, failed } from '../../test/scripted-transport.ts';
import type { SubmissionOutcome } from './export-loop-options.ts';

/** Sends one batch and returns when its request is open. */
function createSending(options: Parameters<typeof createLoopPipeline>[0] = {}, spans = 4) {
  const pipeline = createLoopPipeline(options);
  pipeline.offer(spans);
  pipeline.time.advance(100);
  return pipeline;
}

test('three failures open the breaker; then nothing is taken from the ring until the probe, which is one real batch', () => {
  const pipeline = createSending();
  const { transport, time } = pipeline;
  for (let i = 0; i < 3; i++) {
    transport.last.settle(failed('ECONNREFUSED'));
    if (i < 2) time.advance(1_500);
  }
  expect(pipeline.ledger).toMatchObject({ breaker: 'open', breakerOpened: 1, inflight: 0, requests: 3, retries: 2 });
  expect(pipeline.ledger.lost.ECONNREFUSED).toBe(4);
  expect(pipeline.lines).toContain('breaker opened (ECONNREFUSED)');
  pipeline.offer(7);
  time.advance(4_999);
  expect(pipeline.ledger).toMatchObject({ queued: 7, inflight: 0 });
  time.advance(1);
  expect(pipeline.ledger).toMatchObject({ queued: 0, inflight: 7, breaker: 'half_open' });
  transport.last.settle(answered(200));
  expect(pipeline.ledger).toMatchObject({ breaker: 'closed', accepted: 7 });
});

test('a collector that is dead for 10 minutes gets at most 30 requests, with the shortest jitter there is', () => {
  for (const dice of [0, 0.5, 0.999]) {
    const { time, transport, offer } = createLoopPipeline({ random: () => dice });
    transport.automatic = () => failed('ECONNREFUSED');
    for (let second = 0; second < 600; second++) {
      offer(5);
      time.advance(1_000);
    }
    expect(transport.attempts.length).toBeLessThanOrEqual(30);
    expect(transport.attempts.length).toBeGreaterThan(15);
  }
});

test('slow answers open the breaker although each of them accepts', () => {
  const { time, transport, offer, ...pipeline } = createLoopPipeline();
  const read = pipeline;
  for (let i = 0; i < 3; i++) {
    offer(1);
    time.advance(100);
    time.advance(2_501);
    transport.last.settle(answered(200));
  }
  offer(1);
  time.advance(1_000);
  expect(transport.attempts).toHaveLength(3);
  expect(read.lines).toContain('breaker opened (slow answers)');
});

test('all signals share the breaker of one origin, and only one of them probes', () => {
  const pipeline = createLoopPipeline();
  const { transport, time, loop } = pipeline;
  for (const signal of ['metrics', 'logs', 'metrics'] as const) {
    loop.submit(signal, new Uint8Array(5), 1, () => undefined);
    transport.last.settle(answered(500));
  }
  pipeline.offer(2);
  loop.submit('metrics', new Uint8Array(5), 1, () => undefined);
  loop.submit('logs', new Uint8Array(5), 1, () => undefined);
  time.advance(4_999);
  expect(transport.open).toHaveLength(0);
  time.advance(1);
  expect(transport.open).toHaveLength(1);
  transport.last.settle(answered(200));
  expect(transport.open).toHaveLength(2);
});

test('signals of other origins have breakers of their own', () => {
  const pipeline = createLoopPipeline({ signals: { metrics: { origin: 'http://other:4318' } } });
  for (let i = 0; i < 3; i++) {
    pipeline.loop.submit('metrics', new Uint8Array(5), 1, () => undefined);
    pipeline.transport.last.settle(answered(500));
  }
  expect(pipeline.ledger.breaker).toBe('closed');
  pipeline.offer(1);
  pipeline.time.advance(100);
  expect(pipeline.transport.open).toHaveLength(1);
});

test('Retry-After holds every signal back for as long as it says', () => {
  const pipeline = createSending();
  const { transport, time, loop } = pipeline;
  transport.last.settle(answered(429, '60'));
  loop.submit('logs', new Uint8Array(5), 1, () => undefined);
  time.advance(59_999);
  expect(transport.attempts).toHaveLength(1);
  time.advance(1_000);
  expect(transport.attempts).toHaveLength(3);
});

test('no lane starts an attempt in the moment in which the answer to another one asks all to wait', () => {
  // Which lane is looked at first changes with every look.
  for (let looks = 0; looks < 3; looks++) {
    const { transport, time, loop, offer } = createLoopPipeline();
    for (let i = 0; i < looks; i++) loop.wake();
    loop.submit('metrics', new Uint8Array(5), 1, () => undefined);
    time.set(() => transport.last.settle(answered(503, '60')), 100);
    offer(1);
    time.advance(100);
    expect(transport.attempts).toHaveLength(1);
    time.advance(62_000);
    expect(transport.attempts).toHaveLength(3);
  }
});

test.each(['0', '-5', 'soon', '1e12', ''])('Retry-After %p causes no retry without a pause', (value) => {
  const { transport, time } = createSending({ random: () => 0 });
  transport.last.settle(answered(503, value));
  time.advance(99);
  expect(transport.attempts).toHaveLength(1);
  time.advance(1);
  expect(transport.attempts).toHaveLength(2);
});

test('an eleventh retry without a success is not made: retry_budget', () => {
  const pipeline = createLoopPipeline({ breaker: { failuresToOpen: 1_000 } });
  pipeline.transport.automatic = () => answered(503);
  for (let i = 0; i < 8; i++) {
    pipeline.offer(1);
    pipeline.time.advance(60_000);
  }
  expect(pipeline.ledger).toMatchObject({ requests: 18, retries: 10 });
  expect(pipeline.ledger.lost).toMatchObject({ '5xx': 5, retry_budget: 3 });
});

test('a batch any attempt of which may have arrived is unconfirmed when it is given up, whatever the last attempt said', () => {
  const pipeline = createSending();
  const { transport, time } = pipeline;
  transport.last.settle(failed('timeout', true));
  time.advance(1_500);
  transport.last.settle(answered(503));
  time.advance(1_500);
  transport.last.settle(answered(400));
  expect(pipeline.ledger).toMatchObject({ unconfirmed: 4, inflight: 0, accepted: 0 });
});

test('413 halves until it fits, loses nothing, and remembers the size', () => {
  const pipeline = createLoopPipeline();
  pipeline.transport.automatic = ({ body }) => answered(body.length > 1_000 ? 413 : 200);
  pipeline.offer(100);
  pipeline.time.advance(100);
  expect(pipeline.ledger).toMatchObject({ accepted: 100, inflight: 0 });
  const before = pipeline.transport.attempts.length;
  pipeline.offer(100);
  pipeline.time.advance(100);
  expect(pipeline.ledger.accepted).toBe(200);
  expect(pipeline.transport.attempts.slice(before).every(({ body }) => body.length <= 1_000)).toBe(true);
});

test('413 for one span is a loss, the others of the batch are delivered; three such in a row leave the path alone for 30 s', () => {
  const pipeline = createLoopPipeline();
  pipeline.transport.automatic = ({ body }) => answered(body.length > 1_000 ? 413 : 200);
  pipeline.offer(5);
  pipeline.offer(1, 2_000);
  pipeline.offer(5);
  pipeline.time.advance(100);
  expect(pipeline.ledger.accepted).toBe(10);
  expect(pipeline.ledger.lost['413']).toBe(1);
  pipeline.offer(9, 2_000);
  pipeline.time.advance(100);
  expect(pipeline.ledger.lost['413']).toBe(4);
  pipeline.time.advance(29_000);
  expect(pipeline.ledger.lost['413']).toBe(4);
  pipeline.time.advance(1_000);
  expect(pipeline.ledger.lost['413']).toBe(5);
});

test('after 10 minutes without a 413 twice the size is tried', () => {
  const pipeline = createLoopPipeline();
  pipeline.transport.automatic = ({ body }) => answered(body.length > 1_000 ? 413 : 200);
  pipeline.offer(100);
  pipeline.time.advance(100);
  pipeline.transport.automatic = () => answered(200);
  const largest = () => {
    const before = pipeline.transport.attempts.length;
    pipeline.offer(100);
    pipeline.time.advance(100);
    return Math.max(...pipeline.transport.attempts.slice(before).map(({ body }) => body.length));
  };
  expect(largest()).toBeLessThan(1_000);
  pipeline.time.advance(600_000);
  expect(largest()).toBeGreaterThan(1_000);
});

test.each([401, 403, 404, 302])(
  '%p loses the batch, is said once, and leaves that path alone for 30 s, not the others',
  (status) => {
    const pipeline = createSending();
    const { transport, time, loop } = pipeline;
    transport.automatic = ({ signal }) => answered(signal === 'traces' ? status : 200);
    transport.last.settle(answered(status));
    for (let second = 0; second < 120; second++) {
      pipeline.offer(1);
      time.advance(1_000);
    }
    expect(transport.attempts.length).toBe(1 + 4);
    expect(pipeline.lines).toHaveLength(1);
    expect(pipeline.ledger.breaker).toBe('closed');
    let outcome: SubmissionOutcome | undefined;
    loop.submit('metrics', new Uint8Array(5), 1, (settled) => {
      outcome = settled;
    });
    expect(outcome).toEqual({ kind: 'accepted', rejected: 0 });
  },
);

test('a transport that breaks its word is not waited for, and its late answer changes nothing', () => {
  const pipeline = createSending();
  const { transport, time } = pipeline;
  const [first] = transport.attempts;
  time.advance(5_499);
  expect(pipeline.ledger).toMatchObject({ inflight: 4 });
  time.advance(20_000);
  expect(transport.attempts.length).toBeGreaterThan(1);
  first?.settle(answered(200));
  first?.settle(answered(200));
  expect(pipeline.ledger.accepted).toBe(0);
  expect(pipeline.unaccounted()).toBe(0);
});
