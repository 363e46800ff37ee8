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
