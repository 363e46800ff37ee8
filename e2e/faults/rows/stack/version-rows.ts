import { createHash } from 'node:crypto';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { judge } from './bed/judgement.ts';
import { StackBed } from './bed/stack-bed.ts';
import { storedItems } from './bed/stored.ts';
import { within } from './bed/waiting.ts';
import { deliveryRow, STORES } from './delivery-row.ts';

const SMALL_QUEUE = 20;
const SERVICE = 'bed-future';

/** Field 2,000, length-delimited: what the collector of today does not know. (It knows 1,000: a field of the past.) */
const UNKNOWN_FIELD = Buffer.from([0x82, 0x7d, 4, 1, 2, 3, 4]);

/** A length-delimited protobuf field. */
function field(number: number, content: Buffer): Buffer {
  const bytes: number[] = [];
  for (let size = content.length; ; size >>>= 7) {
    bytes.push(size > 0x7f ? (size & 0x7f) | 0x80 : size);
    if (size <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...bytes]), content]);
}

function fixed64(number: number, value: bigint): Buffer {
  const content = Buffer.alloc(9);
  content[0] = (number << 3) | 1;
  content.writeBigUInt64LE(value, 1);
  return content;
}

/** A trace of one span with a field nobody knows in every message, as bytes. */
function protobufSpan(traceId: string, spanId: string): Buffer {
  const text = (value: string) => Buffer.from(value);
  const now = BigInt(Date.now()) * 1_000_000n;
  const ids = [field(1, Buffer.from(traceId, 'hex')), field(2, Buffer.from(spanId, 'hex'))];
  const span = Buffer.concat([...ids, field(5, text('future')), fixed64(7, now), fixed64(8, now), UNKNOWN_FIELD]);
  const value = Buffer.concat([field(1, text(SERVICE)), UNKNOWN_FIELD]);
  const attribute = Buffer.concat([field(1, text('service.name')), field(2, value), UNKNOWN_FIELD]);
  const resource = Buffer.concat([field(1, attribute), UNKNOWN_FIELD]);
  const scope = Buffer.concat([field(1, text('bed')), UNKNOWN_FIELD]);
  const scopeSpans = Buffer.concat([field(1, scope), field(2, span), UNKNOWN_FIELD]);
  const resourceSpans = Buffer.concat([field(1, resource), field(2, scopeSpans), UNKNOWN_FIELD]);
  return Buffer.concat([field(1, resourceSpans), UNKNOWN_FIELD]);
}

const later = { fromTheFuture: { nested: [1, 'two', null] } };

/** A log record with keys nobody knows in every object. */
function jsonLog(line: string): string {
  const value = { stringValue: 'bed-sender', ...later };
  const resource = { attributes: [{ key: 'service.name', value, ...later }], ...later };
  const record = { timeUnixNano: `${Date.now()}000000`, body: { stringValue: line, ...later }, ...later };
  const scopeLogs = [{ scope: { name: 'bed', ...later }, logRecords: [record], ...later }];
  return JSON.stringify({ resourceLogs: [{ resource, scopeLogs, ...later }], ...later });
}

/** An application of a later version sends what the collector does not know. */
async function newerApplication(context: RowContext): Promise<RowOutcome> {
  const bed = await StackBed.open(context);
  try {
    await bed.start('jaeger', 'loki', 'collector');
    const from = Date.now();
    const digest = createHash('sha256').update(String(context.seed)).digest('hex');
    const traceId = digest.slice(0, 32);
    const line = `line ${digest.slice(32)}`;
    const post = async (signal: string, type: string, body: Buffer | string): Promise<number> => {
      const headers = { 'content-type': type };
      const payload = typeof body === 'string' ? body : new Uint8Array(body);
      const response = await fetch(`${bed.urls.otlp}/v1/${signal}`, { method: 'POST', headers, body: payload });
      await response.arrayBuffer();
      return response.status;
    };
    const span = await post('traces', 'application/x-protobuf', protobufSpan(traceId, digest.slice(0, 16)));
    const log = await post('logs', 'application/json', jsonLog(line));
    const spanIsThere = await within(
      60,
      context.signal,
      async () => (await bed.stores.trace(traceId)).length === 1 || undefined,
    );
    const lineIsThere = await within(
      60,
      context.signal,
      async () => (await storedItems(bed.urls, 'logs', from)).has(line) || undefined,
    );
    return {
      checks: [
        judge(
          'I4',
          'a protobuf request with an unknown field in every message is accepted and stored',
          span === 200 && spanIsThere !== undefined,
          `${span}, ${spanIsThere === undefined ? 'not ' : ''}in Jaeger`,
        ),
        judge(
          'I4',
          'a JSON request with an unknown key in every object is accepted and stored',
          log === 200 && lineIsThere !== undefined,
          `${log}, ${lineIsThere === undefined ? 'not ' : ''}in Loki`,
        ),
      ],
      figures: {},
    };
  } finally {
    await bed.dispose();
  }
}

/** Faults of versions and configurations that differ. An older and a newer collector binary cannot be had here. */
export const VERSION_ROWS: readonly FaultRow[] = [
  {
    id: 'F50 newer application',
    fault: 'An application sends fields that the real collector does not know, in protobuf and in JSON',
    load: 'one span, one log record',
    expected: 'Unknown fields are ignored, the rest is stored',
    needs: ['stack'],
    subjects: ['vigil'],
    inSelection: true,
    typicalSeconds: 6,
    run: newerApplication,
  },
  deliveryRow({
    id: 'F50 queue smaller than what waits',
    fault: `Every store is killed, and the collector comes back with a queue of ${SMALL_QUEUE} requests, fewer than wait on its disk`,
    expected: 'It keeps what waits, refuses more until there is room, and delivers all of it',
    typicalSeconds: 60,
    async strike(stage) {
      const { bed, figures, checks } = stage;
      await Promise.all(STORES.map((name) => bed.program(name).end('SIGKILL')));
      await stage.during('the stores are killed', 12);
      const waiting = () => bed.metric('collector', 'otelcol_exporter_queue_size', 'otlp_http/logs');
      const before = await waiting();
      await bed.program('collector').end('SIGTERM');
      bed.program('collector').change({ VIGIL_COLLECTOR_QUEUE_SIZE: String(SMALL_QUEUE) });
      await bed.start('collector');
      await stage.during('the queue is smaller', 4);
      figures['log requests waiting before'] = before;
      figures['log requests waiting after'] = await waiting();
      checks.push(
        judge('I4', 'more waits than the new queue holds', before > SMALL_QUEUE, `${before} requests of logs`),
      );
      await bed.start(...STORES);
    },
  }),
];
