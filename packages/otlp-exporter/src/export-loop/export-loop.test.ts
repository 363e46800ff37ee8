import { expect, test } from '@jest/globals';
import { createLoopPipeline } from '../../test/loop-pipeline.ts';
import { spanNumbers } from '../../test/numbered-span.ts';
import { answered, failed, partly } from '../../test/scripted-transport.ts';
import { CONTROL } from '../ring/pipeline-memory.ts';
import { ExportLoop } from './export-loop.ts';
import type { ExportLoopOptions, SubmissionOutcome } from './export-loop-options.ts';

/** Sends one batch and returns when its request is open. */
function createSending(options: Parameters<typeof createLoopPipeline>[0] = {}, spans = 4) {
  const pipeline = createLoopPipeline(options);
  pipeline.offer(spans);
  pipeline.time.advance(100);
  return pipeline;
}

test('a lone span leaves when it is 100 ms old, not at 99', () => {
  const { time, transport, offer } = createLoopPipeline();
  offer(1);
  time.advance(99);
  expect(transport.attempts).toHaveLength(0);
  time.advance(1);
  expect(spanNumbers(transport.last.body)).toEqual([0]);
  expect(transport.last).toMatchObject({ signal: 'traces', contentEncoding: 'gzip', deadlineMillis: 5_000 });
});

test('a whole batch leaves at once, as one request, and what came meanwhile follows its answer', () => {
  const pipeline = createLoopPipeline();
  const { time, transport } = pipeline;
  while (pipeline.ledger.queuedBytes < 16_384) pipeline.offer(1);
  time.advance(1);
  expect(transport.attempts).toHaveLength(1);
  expect(spanNumbers(transport.last.body).length).toBe(pipeline.ledger.inflight);
  pipeline.offer(200);
  time.advance(1_000);
  expect(transport.attempts).toHaveLength(1);
  transport.last.settle(answered(200));
  expect(transport.attempts).toHaveLength(2);
  expect(pipeline.ledger).toMatchObject({ requests: 2, batches: 1, breaker: 'closed' });
});

test('an idle loop has no timer and is woken once', () => {
  const pipeline = createSending();
  pipeline.transport.last.settle(answered(200));
  expect(pipeline.time.pending).toBe(0);
  pipeline.offer(5);
  expect(pipeline.wakings).toBe(2);
});

test('three failures open the breaker; then nothing is taken from the ring until the probe, which is one real batch', () => {
  const pipeline = createSending();
  const { transport, time } = pipeline;
  for (let i = 0; i < 3; i++) {
    transport.last.settle(failed('ECONNREFUSED'));
    if (i < 2) time.advance(1_500);
  }
  expect(pipeline.ledger).toMatchObject({ breaker: 'open', breakerOpened: 1, inflight: 0, requests: 3, retries: 2 });
  expect(pipeline.ledger.lost.ECONNREFUSED).toBe(4);
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
  expect(read.lines).toContain('breaker opened');
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

test('a later confirmation makes it accepted, and partial success is counted as rejected', () => {
  const pipeline = createSending();
  pipeline.transport.last.settle(partly(3));
  expect(pipeline.ledger.accepted).toBe(1);
  expect(pipeline.ledger.lost.rejected).toBe(3);
  pipeline.offer(4);
  pipeline.time.advance(100);
  pipeline.transport.last.settle(failed('ECONNRESET', true));
  pipeline.time.advance(1_500);
  pipeline.transport.last.settle(answered(200));
  expect(pipeline.ledger).toMatchObject({ accepted: 5, unconfirmed: 0 });
});

test('a receiver that rejects more than was sent rejects what was sent', () => {
  const pipeline = createSending();
  pipeline.transport.last.settle(partly(100));
  expect(pipeline.ledger).toMatchObject({ accepted: 0, inflight: 0 });
  expect(pipeline.ledger.lost.rejected).toBe(4);
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

test('a compressor that fails, throws or never answers leaves the body as it is', () => {
  const compressors: ExportLoopOptions['compress'][] = [
    (_body, _encoding, compressed) => compressed(undefined),
    () => {
      throw new Error('no');
    },
    () => undefined,
  ];
  for (const compress of compressors) {
    const { transport, time } = createSending({ compress });
    time.advance(2_000);
    expect(transport.last.contentEncoding).toBe(undefined);
    expect(spanNumbers(transport.last.body)).toHaveLength(4);
  }
});

test('a body is compressed once and kept for its retries', () => {
  let times = 0;
  const { transport, time } = createSending({
    compress: (body, _encoding, compressed) => {
      times += 1;
      compressed(body.slice());
    },
  });
  const { body } = transport.last;
  transport.last.settle(answered(503));
  time.advance(1_500);
  expect(transport.last.body).toBe(body);
  expect([times, transport.attempts.length]).toEqual([1, 2]);
});

test('submitted bodies are bounded by bytes: one more is refused, and taken again after an outcome', () => {
  const pipeline = createLoopPipeline({ limits: { submittedBytesMaximum: 2_000 } });
  const outcomes: SubmissionOutcome[] = [];
  const submit = () => pipeline.loop.submit('logs', new Uint8Array(1_000), 7, (outcome) => outcomes.push(outcome));
  for (let i = 0; i < 3; i++) submit();
  expect(outcomes).toEqual([{ kind: 'lost', reason: 'queue_full' }]);
  pipeline.transport.last.settle(answered(400));
  expect(outcomes[1]).toEqual({ kind: 'lost', reason: '4xx' });
  submit();
  expect(outcomes).toHaveLength(2);
  expect(pipeline.lines).toEqual(['logs: 4xx: 7 log records lost']);
});

test('a flush does not wait for age, and is complete when all that was queued has an outcome', () => {
  const pipeline = createLoopPipeline();
  const { transport, loop } = pipeline;
  const complete: boolean[] = [];
  loop.flush((all) => complete.push(all));
  expect(complete).toEqual([true]);
  pipeline.offer(3);
  loop.submit('metrics', new Uint8Array(5), 1, () => undefined);
  loop.flush((all) => complete.push(all));
  expect(transport.open).toHaveLength(2);
  pipeline.offer(1);
  transport.attempts[0]?.settle(answered(200));
  expect(complete).toEqual([true]);
  transport.attempts[1]?.settle(answered(200));
  expect(complete).toEqual([true, true]);
});

test('a flush ends as incomplete when the breaker is open', () => {
  const pipeline = createSending();
  for (let i = 0; i < 3; i++) {
    pipeline.transport.last.settle(failed('dns'));
    if (i < 2) pipeline.time.advance(1_500);
  }
  pipeline.offer(1);
  const complete: boolean[] = [];
  pipeline.loop.flush((all) => complete.push(all));
  expect(complete).toEqual([false]);
});

test('a drain delivers the queue at once and ends when it is empty; afterwards nothing is taken', () => {
  const pipeline = createLoopPipeline();
  pipeline.offer(9);
  let ended = 0;
  pipeline.pipe.close();
  pipeline.loop.drain(2_000, () => {
    ended += 1;
  });
  pipeline.loop.drain(2_000, () => {
    ended += 1;
  });
  expect(ended).toBe(0);
  pipeline.transport.last.settle(answered(200));
  expect([ended, pipeline.transport.closed, pipeline.ledger.accepted]).toEqual([2, 1, 9]);
  pipeline.loop.drain(2_000, () => {
    ended += 1;
  });
  const outcomes: SubmissionOutcome[] = [];
  pipeline.loop.submit('logs', new Uint8Array(1), 1, (outcome) => outcomes.push(outcome));
  expect([ended, outcomes]).toEqual([3, [{ kind: 'lost', reason: 'already_shutdown' }]]);
  pipeline.time.advance(1);
  expect(pipeline.time.pending).toBe(0);
});

test('a drain against a collector that hangs ends at its deadline: what left is unconfirmed, the rest shutdown_deadline', () => {
  const pipeline = createSending();
  pipeline.offer(6);
  let ended = false;
  const outcomes: SubmissionOutcome[] = [];
  pipeline.loop.submit('logs', new Uint8Array(1), 1, (outcome) => outcomes.push(outcome));
  pipeline.loop.submit('logs', new Uint8Array(1), 1, (outcome) => outcomes.push(outcome));
  pipeline.loop.drain(2_000, () => {
    ended = true;
  });
  pipeline.time.advance(1_999);
  expect(ended).toBe(false);
  pipeline.time.advance(1);
  expect(ended).toBe(true);
  expect(pipeline.ledger).toMatchObject({ unconfirmed: 4, queued: 0, inflight: 0 });
  expect(pipeline.ledger.lost.shutdown_deadline).toBe(6);
  expect(outcomes).toEqual([{ kind: 'unconfirmed' }, { kind: 'lost', reason: 'shutdown_deadline' }]);
});

test('a drain closes the transport 50 ms before its end, so that what became of the attempt is known, not guessed', () => {
  const pipeline = createSending();
  pipeline.loop.drain(2_000, () => undefined);
  pipeline.time.advance(1_949);
  expect(pipeline.transport.closed).toBe(0);
  pipeline.time.advance(1);
  expect(pipeline.transport.closed).toBe(1);
  pipeline.transport.last.settle(failed('timeout', false));
  expect(pipeline.ledger.unconfirmed).toBe(0);
  expect(pipeline.ledger.lost.shutdown_deadline).toBe(4);
});

test('a drain with an open breaker makes one last probe and does not wait for another', () => {
  const pipeline = createSending();
  for (let i = 0; i < 3; i++) {
    pipeline.transport.last.settle(failed('ECONNREFUSED'));
    if (i < 2) pipeline.time.advance(1_500);
  }
  pipeline.time.advance(4_000);
  pipeline.offer(5);
  let ended = false;
  pipeline.loop.drain(2_000, () => {
    ended = true;
  });
  expect(pipeline.transport.attempts).toHaveLength(4);
  pipeline.transport.last.settle(failed('ECONNREFUSED'));
  expect(ended).toBe(true);
  expect(pipeline.ledger.lost.shutdown_deadline).toBe(5);
});

test('a ring no producer wrote stops the loop and is told once', () => {
  const pipeline = createLoopPipeline();
  new Int32Array(pipeline.memory.ring)[0] = 0x3fff_ffff;
  Atomics.store(new Int32Array(pipeline.memory.control), CONTROL.writePosition, 40_000);
  for (let i = 0; i < 3; i++) pipeline.loop.wake();
  pipeline.time.advance(10_000);
  expect(pipeline.failures).toHaveLength(1);
});

test('settings out of range are refused together, each by name', () => {
  const pipeline = createLoopPipeline();
  const start = () =>
    new ExportLoop({
      memory: pipeline.memory,
      transport: pipeline.transport,
      clock: pipeline.time,
      timers: pipeline.time,
      random: Math.random,
      compress: () => undefined,
      log: () => undefined,
      failed: () => undefined,
      limits: { batchMillis: -1, attemptsMaximum: Number.NaN },
      breaker: { jitter: 2 },
      signals: { logs: { timeoutMillis: 0 } },
    });
  expect(start).toThrow(/limits\.batchMillis.*limits\.attemptsMaximum.*breaker\.jitter.*signals\.logs\.timeoutMillis/);
});
