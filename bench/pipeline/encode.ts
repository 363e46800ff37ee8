// What it costs to turn ended spans into OTLP bytes: Vigil's encoder (one pass, into shared memory, as at the end of a
// span; then the worker's request frame around 512 of them) beside upstream's serializer for the same spans.
// Run: node --conditions=@vigil/source --expose-gc bench/pipeline/encode.ts [rounds]. Rounds are interleaved.

import { requestSize, writeRequest } from '../../packages/otlp-exporter/src/encode/request-frame.ts';
import { encodeResource, encodeScope } from '../../packages/otlp-exporter/src/encode/resource.ts';
import { createSpanEncoder } from '../../packages/otlp-exporter/src/encode/span-encoder.ts';
import type { EventRecord, SpanRecord } from '../../packages/otlp-exporter/src/encode/span-record.ts';
import { upstreamSerializer } from '../../packages/otlp-exporter/test/upstream-request.ts';

const BATCH = 512;
const rounds = Number(process.argv[2] ?? 41);
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Traces of three children and their root, which ends last; values that differ in reality differ here. */
const traceIds = Array.from({ length: BATCH / 4 }, (_, i) => hex(0xabcdef12 + i, 32));
const spanIds = Array.from({ length: BATCH + 1 }, (_, i) => hex(0x1234567 + i, 16));

function span(i: number, attributes: readonly unknown[], more: Partial<SpanRecord> = {}): SpanRecord {
  return {
    traceId: traceIds[i >> 2] as string,
    spanId: spanIds[i] as string,
    parentSpanId: (i & 3) === 3 ? '' : (spanIds[i | 3] as string),
    traceState: '',
    flags: 0x101,
    name: 'GET /orders/:id',
    kind: 2,
    startSeconds: 1_790_000_000 + (i >> 6),
    startNanos: (i * 7_919_000) % 1e9,
    endSeconds: 1_790_000_001 + (i >> 6),
    endNanos: (i * 104_729) % 1e9,
    attributes,
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    statusCode: 0,
    statusMessage: '',
    ...more,
  };
}

const http = (i: number): unknown[] => [
  'http.request.method',
  'GET',
  'http.route',
  '/orders/:id',
  'url.path',
  `/orders/${100_000 + i}`,
  'http.response.status_code',
  200,
  'server.address',
  'shop.example.com',
];

const database = (i: number): unknown[] => [
  'db.system.name',
  'postgresql',
  'db.namespace',
  'shop',
  'db.operation.name',
  'SELECT',
  'db.query.summary',
  'SELECT orders',
  'db.query.text',
  `select "id", "customer_id", "total", "state" from "orders" where "orders"."id" = $1 limit ${i}`,
  'server.address',
  'db.example.com',
  'server.port',
  5_432,
  'network.peer.address',
  `10.0.0.${i & 255}`,
  'db.response.returned_rows',
  i & 15,
  'db.duration',
  i + 0.25,
];

const unicode = (i: number): unknown[] => [
  'städte',
  `Zürich ${i}`,
  'text',
  `Überraschung in der Großküche: ${i} Stück`,
  'emoji',
  `😀 ${i}`,
  'http.route',
  '/orders/:id',
  'n',
  i,
];

const exception = (i: number): EventRecord => ({
  name: 'exception',
  seconds: 1_790_000_000,
  nanos: i,
  attributes: [
    'exception.type',
    'TypeError',
    'exception.message',
    `order ${i} is missing`,
    'exception.stacktrace',
    `TypeError: order ${i} is missing\n${'    at handle (/srv/shop/dist/orders/handler.js:10:20)\n'.repeat(20)}`,
  ],
  droppedAttributesCount: 0,
});

const SHAPES: readonly [string, (i: number) => SpanRecord][] = [
  ['no attributes', (i) => span(i, [])],
  ['5 attributes (http)', (i) => span(i, http(i))],
  ['10 attributes (database)', (i) => span(i, database(i))],
  ['15 attributes (both)', (i) => span(i, [...http(i), ...database(i)])],
  ['5 attributes, not ASCII', (i) => span(i, unicode(i))],
  [
    '3 attributes, nested',
    (i) => span(i, ['a', [1, 'b', i], 'b', { c: `x${i}`, d: { e: [1.5] } }, 'f', new Uint8Array(16)]),
  ],
  ['5 attributes, 1 exception of 1.1 KB', (i) => span(i, http(i), { events: [exception(i)], statusCode: 2 })],
];

const resourceRecord = {
  schemaUrl: '',
  attributes: ['service.name', 'shop', 'service.version', '1.2.3', 'host.name', 'h'],
};
const scopeRecord = { name: '@vigil/http', version: '1.0.0', schemaUrl: '', attributes: [] };
const head = { resource: encodeResource(resourceRecord), scope: encodeScope(scopeRecord) };
const ring = new Uint8Array(new SharedArrayBuffer(4 << 20));
const encoder = createSpanEncoder();

function encodeAll(spans: readonly SpanRecord[], ranges: number[]): number {
  let at = 0;
  for (let i = 0; i < spans.length; i++) {
    const end = encoder.encode(spans[i] as SpanRecord, ring, at, ring.length);
    if (end < 0) throw new Error(`expected an offset, got ${end}`);
    ranges[2 * i] = at;
    ranges[2 * i + 1] = end;
    at = end;
  }
  return at;
}

function frame(ranges: readonly number[]): number {
  const groups = [{ ...head, scopes: [{ ...head, spans: { bytes: ring, ranges } }] }];
  return writeRequest(groups, new Uint8Array(requestSize(groups)), 0);
}

interface Subject {
  readonly name: string;
  readonly bytes: number;
  readonly nanos: Record<'encode' | 'frame' | 'upstream', number[]>;
  readonly heap: Record<'encode' | 'upstream', number[]>;
  readonly run: Record<'encode' | 'frame' | 'upstream', () => unknown>;
}

const subjects = SHAPES.map(([name, make]): Subject => {
  const spans = Array.from({ length: BATCH }, (_, i) => make(i));
  const ranges: number[] = new Array(2 * BATCH).fill(0);
  return {
    name,
    bytes: encodeAll(spans, ranges) / BATCH,
    nanos: { encode: [], frame: [], upstream: [] },
    heap: { encode: [], upstream: [] },
    run: {
      encode: () => encodeAll(spans, ranges),
      frame: () => frame(ranges),
      upstream: upstreamSerializer(spans, resourceRecord, scopeRecord),
    },
  };
});

const REPEAT = 8;

function measure(run: () => unknown): number {
  const begin = process.cpuUsage();
  for (let i = 0; i < REPEAT; i++) run();
  const { user, system } = process.cpuUsage(begin);
  return ((user + system) * 1_000) / (REPEAT * BATCH);
}

function allocated(run: () => unknown): number {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  run();
  return (process.memoryUsage().heapUsed - before) / BATCH;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

for (let round = -10; round < rounds; round++) {
  for (const { run, nanos } of subjects) {
    for (const kind of ['encode', 'frame', 'upstream'] as const) {
      const taken = measure(run[kind]);
      if (round >= 0) nanos[kind].push(taken);
    }
  }
}
for (let round = 0; round < 7; round++) {
  for (const { run, heap } of subjects) {
    heap.encode.push(allocated(run.encode));
    heap.upstream.push(allocated(run.upstream));
  }
}

console.log(`median of ${rounds} interleaved rounds, ns a span, batches of ${BATCH} spans; node ${process.version}`);
console.table(
  Object.fromEntries(
    subjects.map(({ name, bytes, nanos, heap }) => {
      const ours = median(nanos.encode);
      const theirs = median(nanos.upstream);
      return [
        name,
        {
          'bytes a span': Math.round(bytes),
          encode: Math.round(ours),
          'request frame': Math.round(median(nanos.frame)),
          upstream: Math.round(theirs),
          'encode / upstream': (ours / theirs).toFixed(2),
          'both / upstream': ((ours + median(nanos.frame)) / theirs).toFixed(2),
          'heap bytes, encode': Math.round(median(heap.encode)),
          'heap bytes, upstream': Math.round(median(heap.upstream)),
        },
      ];
    }),
  ),
);
