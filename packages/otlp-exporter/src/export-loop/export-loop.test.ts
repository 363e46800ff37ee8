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
