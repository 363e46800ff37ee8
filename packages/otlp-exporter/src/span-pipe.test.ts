import { expect, test } from '@jest/globals';
import { numberedSpan, numberedSpanEncoder } from '../test/numbered-span.ts';
import { DOES_NOT_FIT, ENCODE_ERROR, OVERSIZE } from './encode/encode-outcome.ts';
import type { SpanEncoder } from './encode/span-encoder.ts';
import { readLedger } from './ledger/read-ledger.ts';
import { WorkerLedger } from './ledger/worker-ledger.ts';
import { allocatePipelineMemory, CONTROL, WAKE } from './ring/pipeline-memory.ts';
import { NO_STREAM } from './ring/stream-table.ts';
import { SpanPipe } from './span-pipe.ts';

const resource = { schemaUrl: '', attributes: [] };
const scope = { name: 's', version: '', schemaUrl: '', attributes: [] };

function createPipe({
  ringBytes = 4096,
  encoder = numberedSpanEncoder,
}: {
  ringBytes?: number;
  encoder?: SpanEncoder;
} = {}) {
  const memory = allocatePipelineMemory(ringBytes, 4096);
  let wakings = 0;
  let encoded = 0;
  const counting: SpanEncoder = {
    encode(...span) {
      encoded += 1;
      return encoder.encode(...span);
    },
  };
  const pipe = new SpanPipe({
    memory,
    encoder: counting,
    notify: () => {
      wakings += 1;
    },
  });
  const stream = pipe.stream(resource, scope);
  return {
    memory,
    pipe,
    stream,
    worker: new WorkerLedger(memory),
    offer: (bytes = 92, critical = false) => pipe.offer(numberedSpan(1, bytes), stream, critical),
    wants: (wake: number) => Atomics.store(new Int32Array(memory.control), CONTROL.wake, wake),
    get wakings() {
      return wakings;
    },
    get encoded() {
      return encoded;
    },
    get ledger() {
      return readLedger(memory);
    },
  };
}

test('a full ring is queue_full while the breaker is closed and breaker_open while it is not, without encoding', () => {
  const bench = createPipe();
  while (bench.offer() === undefined);
  const before = bench.encoded;
  expect(bench.offer()).toBe('queue_full');
  bench.worker.breaker('open', 1);
  bench.worker.publish();
  expect(bench.offer()).toBe('breaker_open');
  bench.worker.breaker('half_open', 0);
  bench.worker.publish();
  expect(bench.offer()).toBe('breaker_open');
  expect(bench.encoded).toBe(before);
  expect(bench.ledger.lost).toMatchObject({ queue_full: 2, breaker_open: 2 });
});

test('a critical span still fits where an ordinary one is refused', () => {
  const bench = createPipe();
  while (bench.offer() === undefined);
  expect(bench.offer(92, true)).toBe(undefined);
  expect(bench.ledger.queued).toBe(33);
});

test('a span that does not fit at the end of the ring is encoded once more at its beginning', () => {
  const bench = createPipe({ ringBytes: 1024 });
  for (let i = 0; i < 5; i++) bench.offer(156);
  bench.worker.took(5, 820);
  bench.worker.publish();
  expect(bench.offer(400)).toBe(undefined);
  expect(bench.encoded).toBe(7);
});

test.each([
  [OVERSIZE, 'oversize_span'],
  [ENCODE_ERROR, 'encode_error'],
  [DOES_NOT_FIT, 'queue_full'],
  [-99, 'encode_error'],
  [7, 'encode_error'],
  [4_097, 'encode_error'],
  [Number.NaN, 'encode_error'],
])('an encoder that says %p loses the span as %s and leaves the ring as it was', (outcome, reason) => {
  const bench = createPipe({ encoder: { encode: () => outcome } });
  expect(bench.offer()).toBe(reason);
  expect(bench.ledger).toMatchObject({ queued: 0, queuedBytes: 0 });
});

test('a span that does not fit although the longest payload would is oversize, not a full queue', () => {
  const bench = createPipe({ ringBytes: 1024 * 1024 });
  expect(bench.offer(200_000)).toBe('oversize_span');
});

test('an encoder that throws costs one span, not the next', () => {
  let throws = true;
  const encoder: SpanEncoder = {
    encode(...span) {
      if (throws) throw new Error('no');
      return numberedSpanEncoder.encode(...span);
    },
  };
  const bench = createPipe({ encoder });
  expect(bench.offer()).toBe('encode_error');
  throws = false;
  expect(bench.offer()).toBe(undefined);
});

test('a span that ends while another one is encoded is counted as encode_error and harms neither', () => {
  const nested: (string | undefined)[] = [];
  const encoder: SpanEncoder = {
    encode(record, target, start, end) {
      nested.push(bench.pipe.offer(record, 0, true));
      return numberedSpanEncoder.encode(record, target, start, end);
    },
  };
  const bench = createPipe({ encoder });
  expect(bench.offer()).toBe(undefined);
  expect(nested).toEqual(['encode_error']);
  expect(bench.ledger).toMatchObject({ queued: 1, queuedBytes: 100 });
});

test('a stream that could not be numbered is an encode_error', () => {
  const bench = createPipe();
  expect(bench.pipe.offer(numberedSpan(1, 50), NO_STREAM, false)).toBe('encode_error');
});

test('a closed pipe counts every span as already_shutdown', () => {
  const bench = createPipe();
  bench.pipe.close();
  expect(bench.offer()).toBe('already_shutdown');
  expect(bench.ledger.lost.already_shutdown).toBe(1);
});

test('a reader that sleeps is woken by the first span and not by the second', () => {
  const bench = createPipe();
  bench.wants(WAKE.anything);
  bench.offer();
  bench.offer();
  expect(bench.wakings).toBe(1);
});

test('a reader that waits for a batch is woken by the span that completes it, once; one that runs is never woken', () => {
  const bench = createPipe();
  bench.wants(WAKE.batch);
  for (let i = 0; i < 10; i++) bench.offer();
  expect(bench.wakings).toBe(0);
  bench.offer();
  expect(bench.wakings).toBe(1);
  bench.offer();
  expect(bench.wakings).toBe(1);
});

test('whoever holds spans before the verdict keeps the ledger exact', () => {
  const bench = createPipe();
  bench.pipe.ended(5);
  bench.pipe.held(5);
  expect(bench.ledger).toMatchObject({ ended: 5, queued: 5, held: 5 });
  bench.pipe.held(-5);
  bench.pipe.sampledOut(3);
  bench.pipe.lost('trace_buffer_full', 1);
  bench.offer();
  bench.pipe.selfTime(1_500);
  expect(bench.ledger).toMatchObject({ sampledOut: 3, queued: 1, held: 0, selfNanos: 1_500 });
  expect(bench.ledger.lost.trace_buffer_full).toBe(1);
});
