import { expect, test } from '@jest/globals';
import { EXPORTER_LOSS_REASONS, type ExporterLossReason, PROCESSOR_LOSS_REASONS } from '@vigil/conventions';
import fc from 'fast-check';
import {
  allocatePipelineMemory,
  BLOCK_SLOTS,
  CONTROL,
  type PipelineMemory,
  WORKER_HEADER_BYTES,
} from '../ring/pipeline-memory.ts';
import { MainLedger } from './main-ledger.ts';
import { readLedger } from './read-ledger.ts';
import { abandonQueue, settleWorker } from './settle-worker.ts';
import { WorkerBlock, WRITER } from './worker-block.ts';
import { WorkerLedger } from './worker-ledger.ts';

/** What every snapshot must satisfy. */
function unaccounted(memory: PipelineMemory): number {
  const { ended, sampledOut, accepted, unconfirmed, queued, inflight, lost } = readLedger(memory);
  const losses = Object.values(lost).reduce((sum, count) => sum + count, 0);
  if (Math.min(accepted, unconfirmed, queued, inflight, ...Object.values(lost)) < 0) return Number.NaN;
  return ended - sampledOut - accepted - losses - unconfirmed - queued - inflight;
}

/** What a worker that dies while it fills the inactive copy leaves there: anything, for any part of it. */
function dieWhilePublishing(memory: PipelineMemory, garbage: readonly number[]): void {
  const counts = new WorkerBlock(memory).version & 3;
  for (const copy of [0, 1, 2, 3].filter((index) => index !== counts)) {
    new Float64Array(memory.worker, WORKER_HEADER_BYTES + copy * BLOCK_SLOTS * 8, BLOCK_SLOTS).set(garbage);
  }
}

function enqueue(memory: PipelineMemory, main: MainLedger, spans: number): void {
  main.ended(spans);
  main.enqueued(spans);
  Atomics.add(new Int32Array(memory.control), CONTROL.writePosition, 12 * spans);
}

test('what is in flight is settled as worker_crash, what may have left as unconfirmed, and a second time as nothing', () => {
  const memory = allocatePipelineMemory(128, 128);
  enqueue(memory, new MainLedger(memory), 10);
  const worker = new WorkerLedger(memory);
  worker.took(7, 84);
  worker.maybeSent(3);
  worker.publish();
  expect(settleWorker(memory)).toEqual({ lost: 4, unconfirmed: 3 });
  expect(settleWorker(memory)).toEqual({ lost: 0, unconfirmed: 0 });
  expect(readLedger(memory)).toMatchObject({ queued: 3, inflight: 0, unconfirmed: 3, queuedBytes: 36 });
  expect(readLedger(memory).lost.worker_crash).toBe(4);
});

test('a worker that was settled publishes nothing more, not even what it knew before', () => {
  const memory = allocatePipelineMemory(128, 128);
  enqueue(memory, new MainLedger(memory), 10);
  const old = new WorkerLedger(memory);
  old.took(10, 120);
  old.publish();
  old.accepted(10);
  settleWorker(memory);
  old.publish();
  expect(old.alive).toBe(false);
  expect(readLedger(memory)).toMatchObject({ accepted: 0, inflight: 0 });
  expect(readLedger(memory).lost.worker_crash).toBe(10);
  const next = new WorkerLedger(memory);
  expect(next.readPosition).toBe(120);
  expect(next.alive).toBe(true);
});

test('of a worker and a main thread that publish in the same moment one wins, and nothing is counted twice', () => {
  for (let at = 1; at <= 8; at++) {
    const memory = allocatePipelineMemory(128, 128);
    enqueue(memory, new MainLedger(memory), 10);
    const worker = new WorkerLedger(memory);
    worker.took(10, 120);
    worker.publish();
    worker.accepted(10);
    // The worker publishes just before the n-th atomic operation of the main thread.
    const { load, compareExchange } = Atomics;
    let left = at;
    const intruding = <Arguments extends unknown[], Result>(operation: (...args: Arguments) => Result) => {
      return (...args: Arguments): Result => {
        left -= 1;
        if (left === 0) worker.publish();
        return operation(...args);
      };
    };
    Object.assign(Atomics, { load: intruding(load), compareExchange: intruding(compareExchange) });
    try {
      settleWorker(memory);
    } finally {
      Object.assign(Atomics, { load, compareExchange });
    }
    expect(unaccounted(memory)).toBe(0);
    const { accepted, lost } = readLedger(memory);
    expect([accepted, lost.worker_crash]).toEqual(left <= 0 && accepted === 10 ? [10, 0] : [0, 10]);
    expect(worker.publish()).toBe(false);
  }
});

test('what nobody will ever take is counted under the reason given, and the ring is empty', () => {
  const memory = allocatePipelineMemory(128, 128);
  enqueue(memory, new MainLedger(memory), 10);
  const worker = new WorkerLedger(memory);
  worker.took(4, 48);
  worker.publish();
  expect(abandonQueue(memory, 'shutdown_deadline')).toBe(6);
  expect(abandonQueue(memory, 'shutdown_deadline')).toBe(0);
  expect(readLedger(memory)).toMatchObject({ queued: 0, inflight: 0, queuedBytes: 0 });
  expect(readLedger(memory).lost).toMatchObject({ shutdown_deadline: 10, worker_crash: 0 });
});

test('every reason of both lists has a slot of its own', () => {
  const memory = allocatePipelineMemory(128, 128);
  const main = new MainLedger(memory);
  const worker = new WorkerLedger(memory);
  for (const [index, reason] of PROCESSOR_LOSS_REASONS.entries()) main.lost(reason, index + 1);
  for (const [index, reason] of EXPORTER_LOSS_REASONS.entries()) worker.lost(reason, 100 + index);
  worker.publish();
  const { lost } = readLedger(memory);
  expect(PROCESSOR_LOSS_REASONS.map((reason) => lost[reason])).toEqual([1, 2, 3, 4, 5, 6]);
  expect(EXPORTER_LOSS_REASONS.map((reason) => lost[reason])).toEqual(EXPORTER_LOSS_REASONS.map((_, i) => 100 + i));
});

test('a block that is not filled to its end does not count: the one before it does', () => {
  const block = new WorkerBlock(allocatePipelineMemory(128, 128));
  let version = 0;
  for (const value of [1, 2]) {
    version = block.publish(block.read().block.fill(value), version, WRITER.worker) ?? Number.NaN;
  }
  const { set } = Float64Array.prototype;
  Float64Array.prototype.set = () => {
    throw new Error('killed');
  };
  try {
    expect(() => block.publish(new Float64Array(4).fill(3), version, WRITER.worker)).toThrow('killed');
  } finally {
    Float64Array.prototype.set = set;
  }
  expect(new Set(block.read().block)).toEqual(new Set([2]));
  expect(block.slot(0)).toBe(2);
});

type Held = { taken: number; sent: number };

const count = fc.nat(20);
const reason = fc.constantFrom(...EXPORTER_LOSS_REASONS);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('enqueue' as const), n: count }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sampledOut' as const), n: count }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), n: count }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hold' as const), n: count }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('judge' as const), n: count, keep: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), n: count }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('send' as const), n: count }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('settle' as const), n: count, as: reason, kind: fc.nat(2) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('publish' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('die' as const), garbage: fc.array(fc.double(), { maxLength: 60 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lateCall' as const), n: count, as: reason }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('giveUp' as const) }) },
);

/** One pipeline without a ring: both ledgers, and what their writers have in hand. */
function createWalk() {
  const memory = allocatePipelineMemory(128, 128);
  const main = new MainLedger(memory);
  let worker = new WorkerLedger(memory);
  let dead: WorkerLedger | undefined;
  let enqueued = 0;
  let held = 0;
  let inHand: Held = { taken: 0, sent: 0 };
  let position = 0;
  const restart = () => {
    dead = worker;
    settleWorker(memory);
    worker = new WorkerLedger(memory);
    inHand = { taken: 0, sent: 0 };
    const { queued, held: buffered } = readLedger(memory);
    enqueued = queued - buffered;
  };
  return {
    memory,
    enqueue(n: number) {
      enqueue(memory, main, n);
      enqueued += n;
    },
    sampledOut(n: number) {
      main.ended(n);
      main.sampledOut(n);
    },
    lose(n: number) {
      main.ended(n);
      main.lost('queue_full', n);
    },
    hold(n: number) {
      main.ended(n);
      main.held(n);
      held += n;
    },
    judge(n: number, keep: boolean) {
      const spans = Math.min(n, held);
      held -= spans;
      main.held(-spans);
      if (keep) {
        main.enqueued(spans);
        enqueued += spans;
      } else main.sampledOut(spans);
    },
    take(n: number) {
      const spans = Math.min(n, enqueued);
      enqueued -= spans;
      position += 12 * spans;
      worker.took(spans, position);
      inHand.taken += spans;
    },
    send(n: number) {
      inHand.sent = Math.min(n, inHand.taken);
      worker.maybeSent(inHand.sent);
    },
    settle(n: number, as: ExporterLossReason, kind: number) {
      const spans = Math.min(n, inHand.taken);
      inHand = { taken: inHand.taken - spans, sent: Math.max(0, inHand.sent - spans) };
      if (kind === 0) worker.accepted(spans);
      else if (kind === 1) worker.unconfirmed(spans);
      else worker.lost(as, spans);
      worker.maybeSent(inHand.sent);
    },
    publish: () => worker.publish(),
    die(garbage: readonly number[]) {
      dieWhilePublishing(memory, garbage);
      expect(unaccounted(memory)).toBe(0);
      restart();
    },
    lateCall(n: number, as: ExporterLossReason) {
      dead?.took(n, position + 4);
      dead?.lost(as, n);
      dead?.publish();
    },
    giveUp() {
      abandonQueue(memory, 'shutdown_deadline');
      restart();
    },
  };
}

test('every span is in exactly one place after every step, also when workers die while they publish (5,000 walks)', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const walk = createWalk();
      for (const entry of steps) {
        if (entry.do === 'judge') walk.judge(entry.n, entry.keep);
        else if (entry.do === 'settle') walk.settle(entry.n, entry.as, entry.kind);
        else if (entry.do === 'die') walk.die(entry.garbage);
        else if (entry.do === 'lateCall') walk.lateCall(entry.n, entry.as);
        else if (entry.do === 'publish' || entry.do === 'giveUp') walk[entry.do]();
        else walk[entry.do](entry.n);
        if (unaccounted(walk.memory) !== 0) return false;
      }
      return true;
    }),
    { numRuns: 5_000 },
  );
});
