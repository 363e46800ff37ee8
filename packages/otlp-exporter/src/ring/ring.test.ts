import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { WorkerBlock, WRITER } from '../ledger/worker-block.ts';
import { WorkerLedger } from '../ledger/worker-ledger.ts';
import { WORKER_SLOT } from '../ledger/worker-slot.ts';
import { allocatePipelineMemory, CONTROL, type PipelineMemory } from './pipeline-memory.ts';
import { RingConsumer } from './ring-consumer.ts';
import { CRITICAL_RESERVE, RingProducer } from './ring-producer.ts';
import { HEADER_BYTES, PAYLOAD_BYTES_MAXIMUM, recordBytes } from './ring-record.ts';

interface Record {
  readonly payload: readonly number[];
  readonly stream: number;
}

/** A ring whose two ends both stand at `position`. */
function ringAt(ringBytes: number, position: number): PipelineMemory {
  const memory = allocatePipelineMemory(ringBytes, 1024);
  Atomics.store(new Int32Array(memory.control), CONTROL.writePosition, position | 0);
  const worker = new WorkerBlock(memory);
  const { block, version } = worker.read();
  block[WORKER_SLOT.readPosition] = position >>> 0;
  worker.publish(block, version, WRITER.worker);
  return memory;
}

/** What SpanPipe does with a span of these bytes. */
function write(producer: RingProducer, { payload, stream }: Record, critical: boolean): boolean {
  if (!producer.prepare(critical)) return false;
  if (producer.end - producer.start < payload.length) {
    if (!producer.prepareWrapped() || producer.end - producer.start < payload.length) return false;
  }
  producer.target.set(payload, producer.start);
  producer.commit(producer.start + payload.length, stream);
  return true;
}

function recordsIn(taken: Uint8Array, bytes: number): Record[] {
  const words = new Int32Array(taken.buffer);
  const records: Record[] = [];
  for (let at = 0; at < bytes; ) {
    const length = (words[at >> 2] ?? 0) & 0x3fff_ffff;
    const start = at + HEADER_BYTES;
    records.push({ payload: [...taken.subarray(start, start + length)], stream: words[(at >> 2) + 1] ?? 0 });
    at += recordBytes(length);
  }
  return records;
}

const payloadOf = (length: number, seed: number) => Array.from({ length }, (_, index) => (seed * 31 + index * 7) & 255);

test('a record of every length survives at every alignment of a ring of 128 bytes, and so does the one after it', () => {
  for (let position = 0; position < 128; position += 4) {
    for (let length = 0; length <= 56; length++) {
      const memory = ringAt(128, position);
      const producer = new RingProducer(memory);
      const consumer = new RingConsumer(memory);
      const ledger = new WorkerLedger(memory);
      const first = { payload: payloadOf(length, position), stream: 7 };
      const second = { payload: payloadOf(56 - length, length), stream: 8 };
      for (const record of [first, second]) {
        expect(write(producer, record, true)).toBe(true);
        const target = new Uint8Array(128);
        const taken = consumer.take(ledger.readPosition, target);
        expect(recordsIn(target, taken.bytes)).toEqual([record]);
        ledger.took(taken.records, taken.position);
        ledger.publish();
      }
    }
  }
});

test('positions run through 2^32 unnoticed', () => {
  for (let before = 4; before <= 160; before += 4) {
    const memory = ringAt(64, 2 ** 32 - before);
    const producer = new RingProducer(memory);
    const consumer = new RingConsumer(memory);
    const ledger = new WorkerLedger(memory);
    for (let i = 0; i < 12; i++) {
      const record = { payload: payloadOf(i, before), stream: i };
      expect(write(producer, record, true)).toBe(true);
      const target = new Uint8Array(64);
      const taken = consumer.take(ledger.readPosition, target);
      expect(recordsIn(target, taken.bytes)).toEqual([record]);
      ledger.took(1, taken.position);
      ledger.publish();
    }
  }
});

test('an ordinary record is refused where only the reserved fifth is left, a critical one is not, and neither beyond the end', () => {
  const memory = allocatePipelineMemory(1024, 1024);
  const producer = new RingProducer(memory);
  const record = { payload: payloadOf(24, 1), stream: 0 };
  let ordinary = 0;
  while (write(producer, record, false)) ordinary += 1;
  expect(ordinary).toBe(Math.floor((1024 * (1 - CRITICAL_RESERVE)) / 32));
  let critical = 0;
  while (write(producer, record, true)) critical += 1;
  expect(ordinary + critical).toBe(1024 / 32);
  expect(write(producer, record, false)).toBe(false);
});

test('a full ring takes records again as soon as one is released, not when it is only read', () => {
  const memory = allocatePipelineMemory(128, 1024);
  const producer = new RingProducer(memory);
  const consumer = new RingConsumer(memory);
  const ledger = new WorkerLedger(memory);
  const record = { payload: payloadOf(24, 1), stream: 0 };
  while (write(producer, record, true));
  const taken = consumer.take(ledger.readPosition, new Uint8Array(40));
  expect(taken.records).toBe(1);
  expect(write(producer, record, true)).toBe(false);
  ledger.took(1, taken.position);
  expect(write(producer, record, true)).toBe(false);
  ledger.publish();
  expect(write(producer, record, true)).toBe(true);
});

test('after a refusal nothing is tried until the reader moved, when less than the given bytes were free', () => {
  const memory = allocatePipelineMemory(1024, 1024);
  const producer = new RingProducer(memory);
  const ledger = new WorkerLedger(memory);
  const consumer = new RingConsumer(memory);
  for (let i = 0; i < 24; i++) write(producer, { payload: payloadOf(24, i), stream: 0 }, false);
  expect(producer.prepare(false)).toBe(true);
  producer.refused(16);
  expect(producer.prepare(false)).toBe(true);
  producer.refused(4096);
  expect(producer.prepare(false)).toBe(false);
  // The reserved fifth is another matter.
  expect(producer.prepare(true)).toBe(true);
  ledger.took(1, consumer.take(0, new Uint8Array(32)).position);
  ledger.publish();
  expect(producer.prepare(false)).toBe(true);
});

test('a region never shows more room than the longest payload, so that a batch holds at least one record', () => {
  const producer = new RingProducer(allocatePipelineMemory(1024 * 1024, 1024));
  expect(producer.prepare(false)).toBe(true);
  expect(producer.end - producer.start).toBe(PAYLOAD_BYTES_MAXIMUM);
});

/** Writes records of 100 bytes and takes all but the last `waiting` after each. @returns bytes of the ring that were ever written. */
function touched(start: number, waiting: number): number {
  const memory = ringAt(64 * 1024, start);
  const producer = new RingProducer(memory);
  const consumer = new RingConsumer(memory);
  const ledger = new WorkerLedger(memory);
  for (let written = 0; written < 700; written++) {
    expect(write(producer, { payload: payloadOf(92, written), stream: 1 }, false)).toBe(true);
    if (written < waiting) continue;
    const target = new Uint8Array(100);
    const taken = consumer.take(ledger.readPosition, target);
    expect(target.subarray(HEADER_BYTES)).toEqual(Uint8Array.from(payloadOf(92, written - waiting)));
    ledger.took(1, taken.position);
    ledger.publish();
  }
  return new Uint8Array(memory.ring).findLastIndex((byte) => byte !== 0) + 1;
}

test('an emptied ring of 64 KiB touches 2 KiB and 8 records of itself; with a record that always waits it goes round', () => {
  expect(touched(0, 0)).toBeLessThanOrEqual(2_048 + 800);
  expect(touched(2 ** 32 - 65_536, 0)).toBeLessThanOrEqual(2_048 + 800);
  expect(touched(0, 1)).toBeGreaterThan(65_000);
});

test('what is written after a new start at the beginning is found by a consumer that died before it released anything', () => {
  const memory = ringAt(64 * 1024, 0);
  const producer = new RingProducer(memory);
  const ledger = new WorkerLedger(memory);
  const target = new Uint8Array(64 * 1024);
  for (let at = 0; at < 31; at++) write(producer, { payload: payloadOf(92, at), stream: 1 }, false);
  ledger.took(31, new RingConsumer(memory).take(0, target).position);
  ledger.publish();
  write(producer, { payload: payloadOf(92, 77), stream: 2 }, false);
  expect(producer.start).toBe(HEADER_BYTES);
  new RingConsumer(memory).take(ledger.readPosition, target);
  const again = new RingConsumer(memory).take(ledger.readPosition, target);
  expect(recordsIn(target, again.bytes)).toEqual([{ payload: payloadOf(92, 77), stream: 2 }]);
  write(new RingProducer(memory), { payload: payloadOf(92, 78), stream: 3 }, false);
  expect(new RingConsumer(memory).take(ledger.readPosition, target).records).toBe(2);
});

test('a consumer refuses what no producer writes', () => {
  const memory = allocatePipelineMemory(128, 1024);
  const consumer = new RingConsumer(memory);
  Atomics.store(new Int32Array(memory.control), CONTROL.writePosition, 32);
  for (const header of [200, 25, 0x4000_0010, 0x3fff_ffff]) {
    new Int32Array(memory.ring)[0] = header;
    expect(() => consumer.take(0, new Uint8Array(128))).toThrow('no record at 0');
  }
});

test('the ring is a bounded queue of exact copies, whatever is written, taken, forgotten and released (model)', () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('write' as const), size: fc.nat(90), critical: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const), size: fc.integer({ min: 100, max: 300 }) }) },
    // A worker that died after reading and before publishing: the next one reads the same again.
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('forget' as const), size: fc.integer({ min: 100, max: 300 }) }),
    },
  );
  const start = fc.oneof(fc.nat(255), fc.integer({ min: 2 ** 32 - 600, max: 2 ** 32 - 4 })).map((at) => at - (at % 4));
  fc.assert(
    fc.property(
      start,
      fc.constantFrom(128, 256, 512, 2048),
      fc.array(step, { maxLength: 60 }),
      (at, ringBytes, steps) => {
        const memory = ringAt(ringBytes, at);
        const producer = new RingProducer(memory);
        const consumer = new RingConsumer(memory);
        const ledger = new WorkerLedger(memory);
        const model: Record[] = [];
        let seed = 0;
        for (const { do: action, size, ...more } of steps) {
          if (action === 'write') {
            const record = { payload: payloadOf(size, seed), stream: seed };
            seed += 1;
            const critical = 'critical' in more && more.critical === true;
            const written = write(producer, record, critical);
            if (written) model.push(record);
            // Empty, it takes whatever one half of it holds; so wrapping can waste no more than one record.
            else expect(model.length > 0 || recordBytes(size) > (ringBytes * 0.8) / 2).toBe(true);
          } else {
            const target = new Uint8Array(size - (size % 4));
            const taken = consumer.take(ledger.readPosition, target);
            expect(recordsIn(target, taken.bytes)).toEqual(model.slice(0, taken.records));
            expect(taken.records > 0 || model.length === 0).toBe(true);
            if (action === 'forget') continue;
            model.splice(0, taken.records);
            ledger.took(taken.records, taken.position);
            ledger.publish();
            if (model.length === 0) expect(consumer.waitingBytes(ledger.readPosition)).toBe(0);
          }
        }
      },
    ),
    { numRuns: 4_000 },
  );
});
