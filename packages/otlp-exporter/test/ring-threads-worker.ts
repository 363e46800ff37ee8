import { parentPort, workerData } from 'node:worker_threads';
import { WorkerBlock } from '../src/ledger/worker-block.ts';
import { WorkerLedger } from '../src/ledger/worker-ledger.ts';
import { WORKER_SLOT } from '../src/ledger/worker-slot.ts';
import type { PipelineMemory } from '../src/ring/pipeline-memory.ts';
import { RingConsumer } from '../src/ring/ring-consumer.ts';
import { HEADER_BYTES, LENGTH_MASK, recordBytes } from '../src/ring/ring-record.ts';

const memory = workerData as PipelineMemory;
const ledger = new WorkerLedger(memory);
const ring = new RingConsumer(memory);
const raw = new Uint8Array(4_096);
const words = new Int32Array(raw.buffer);
const view = new DataView(raw.buffer);
/** The producer numbers what it puts in without a gap, so the count of what was taken names the next one. */
let next = new WorkerBlock(memory).slot(WORKER_SLOT.taken);
let running = true;
parentPort?.on('message', () => {
  running = false;
});

function check(bytes: number): void {
  for (let at = 0; at < bytes; ) {
    const length = (words[at >> 2] ?? 0) & LENGTH_MASK;
    const start = at + HEADER_BYTES;
    const number = view.getUint32(start);
    const isWhole = raw.subarray(start + 4, start + length).every((byte) => byte === (number & 255));
    if (number !== next || !isWhole) parentPort?.postMessage(`expected span ${next}, got ${number}, whole: ${isWhole}`);
    next = number + 1;
    at += recordBytes(length);
  }
}

function turn(): void {
  const { bytes, records, position } = ring.take(ledger.readPosition, raw);
  ledger.took(records, position);
  ledger.maybeSent(records % 3 === 0 ? records : 0);
  ledger.publish();
  check(bytes);
  ledger.accepted(records);
  ledger.maybeSent(0);
  ledger.publish();
  if (running) setImmediate(turn);
  else parentPort?.close();
}
turn();
