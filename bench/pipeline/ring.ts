// What ring and ledger cost on the application's thread beside encoding, and on the worker's: nanoseconds of
// CPU a span.
// Run: node --conditions=@vigil/source bench/pipeline/ring.ts [rounds]. Rounds are interleaved, medians are shown;
// the machine's noise is in the quartiles. The offers' own cost is their difference from the first row.

import { DOES_NOT_FIT } from '../../packages/otlp-exporter/src/encode/encode-outcome.ts';
import type { SpanEncoder } from '../../packages/otlp-exporter/src/encode/span-encoder.ts';
import type { SpanRecord } from '../../packages/otlp-exporter/src/encode/span-record.ts';
import { SpanSource } from '../../packages/otlp-exporter/src/export-loop/span-source.ts';
import { readLedger } from '../../packages/otlp-exporter/src/ledger/read-ledger.ts';
import { WorkerLedger } from '../../packages/otlp-exporter/src/ledger/worker-ledger.ts';
import {
  BATCH_BYTES,
  CONTROL,
  createPipelineMemory,
  WAKE,
} from '../../packages/otlp-exporter/src/ring/pipeline-memory.ts';
import { SpanPipe } from '../../packages/otlp-exporter/src/span-pipe.ts';

const SPANS = 20_000;
const SPAN_BYTES = 300;
const rounds = Number(process.argv[2] ?? 41);

/** Writes the bytes of a span and does nothing else: what an offer costs beyond it is the ring, the ledger and the waking. */
const byteEncoder: SpanEncoder = {
  encode(_record, target, start, end) {
    if (start + SPAN_BYTES > end) return DOES_NOT_FIT;
    target.fill(7, start, start + SPAN_BYTES);
    return start + SPAN_BYTES;
  },
};
const span: SpanRecord = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '',
  traceState: '',
  flags: 1,
  name: 'GET',
  kind: 2,
  startSeconds: 1,
  startNanos: 1,
  endSeconds: 1,
  endNanos: 2,
  attributes: [],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  statusCode: 0,
  statusMessage: '',
};
const plainMemory = new Uint8Array(new SharedArrayBuffer(8 * 1024 * 1024));
const resource = { schemaUrl: '', attributes: ['service.name', 'shop'] };
const scope = { name: 'bench', version: '1', schemaUrl: '', attributes: [] };

const memory = createPipelineMemory();
const control = new Int32Array(memory.control);
const pipe = new SpanPipe({ memory, encoder: byteEncoder, notify: () => undefined });
const stream = pipe.stream(resource, scope);
const ledger = new WorkerLedger(memory);
const source = new SpanSource(memory, ledger, { batchBytes: BATCH_BYTES, batchMillis: 0 });

function drain(): void {
  while (source.load(BATCH_BYTES) !== undefined) {
    source.sending();
    source.accepted(0);
  }
}

function offerAll(): void {
  for (let i = 0; i < SPANS; i++) {
    pipe.ended(1);
    pipe.offer(span, stream, false);
  }
}

interface Row {
  readonly name: string;
  readonly run: () => void;
  readonly before?: () => void;
  readonly after?: () => void;
  readonly times?: number;
}

const fill = () => {
  while (pipe.offer(span, stream, true) === undefined) pipe.ended(1);
};
let sink = 0;

const rows: Row[] = [
  {
    name: 'the bytes alone, one after the other (baseline)',
    run: () => {
      for (let i = 0; i < SPANS; i++) {
        sink += byteEncoder.encode(span, plainMemory, i * (SPAN_BYTES + 8), plainMemory.length);
      }
    },
  },
  { name: 'ended + offer, worker busy', run: offerAll, after: drain },
  {
    name: 'ended + offer, worker waits for a batch (and is woken)',
    before: () => Atomics.store(control, CONTROL.wake, WAKE.batch),
    run: offerAll,
    after: drain,
  },
  { name: 'ended + offer into a full ring (refused)', before: fill, run: offerAll, after: drain },
  {
    name: 'ended + sampledOut',
    run: () => {
      for (let i = 0; i < SPANS; i++) {
        pipe.ended(1);
        pipe.sampledOut(1);
      }
    },
  },
  {
    name: 'stream number by resource and scope',
    run: () => {
      for (let i = 0; i < SPANS; i++) sink += pipe.stream(resource, scope);
    },
  },
  { name: 'worker: take, frame, publish', before: offerAll, run: drain },
  {
    name: 'readLedger, each',
    times: 200,
    run: () => {
      for (let i = 0; i < 200; i++) sink += readLedger(memory).ended;
    },
  },
];

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const samples = rows.map(() => ({ nanos: [] as number[], bytes: [] as number[] }));
for (let round = -5; round < rounds; round++) {
  for (const [index, { run, before, after, times = SPANS }] of rows.entries()) {
    before?.();
    const heap = process.memoryUsage().heapUsed;
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    const nanos = ((user + system) * 1_000) / times;
    const bytes = (process.memoryUsage().heapUsed - heap) / times;
    after?.();
    if (round < 0) continue;
    samples[index]?.nanos.push(nanos);
    samples[index]?.bytes.push(bytes);
  }
}

console.log(`ring and ledger, ${SPANS} spans of ${SPAN_BYTES} bytes, ${rounds} rounds, Node ${process.version}`);
console.log(`${'step'.padEnd(58)}${'ns'.padStart(8)}${'q1'.padStart(8)}${'q3'.padStart(8)}${'heap B'.padStart(8)}`);
for (const [index, { name }] of rows.entries()) {
  const { nanos, bytes } = samples[index] ?? { nanos: [], bytes: [] };
  const sorted = nanos.toSorted((a, b) => a - b);
  const columns = [0.5, 0.25, 0.75].map((share) => quantile(sorted, share).toFixed(1).padStart(8)).join('');
  const heap = quantile(
    bytes.toSorted((a, b) => a - b),
    0.5,
  );
  console.log(`${name.padEnd(58)}${columns}${heap.toFixed(1).padStart(8)}`);
}
if (sink < 0) console.log(sink);
