import { MsgpackReader } from './msgpack-reader.ts';
import type { ServiceNames } from './service-names.ts';
import { hashOf, type SpanBatch } from './span-record.ts';

/** What the agent answers to dd-trace; without rates it would keep its default sampling. */
export const INTAKE_ANSWER = '{"rate_by_service":{"service:,env:":1}}';

const IDS = Buffer.alloc(24);

interface IntakeSpan {
  readonly traceId: bigint;
  readonly spanId: bigint;
  readonly service: number;
  readonly hash: number;
}

function add({ traceId, spanId, service, hash }: IntakeSpan, spans: SpanBatch): void {
  IDS.writeBigUInt64BE(traceId, 8);
  IDS.writeBigUInt64BE(spanId, 16);
  spans.add(IDS, { traceId: 0, spanId: 16, hash, service });
}

/** Adds the spans of `/v0.4/traces`: traces of spans, each a map. @throws when the body is none. */
export function readIntakeV04(body: Buffer, spans: SpanBatch, services: ServiceNames): void {
  const reader = new MsgpackReader(body);
  for (let traces = reader.array(); traces > 0; traces -= 1) {
    for (let left = reader.array(); left > 0; left -= 1) {
      const from = reader.at;
      let [traceId, spanId, service] = [0n, 0n, ''];
      for (let fields = reader.map(); fields > 0; fields -= 1) {
        const key = reader.text();
        if (key === 'trace_id') traceId = reader.integer();
        else if (key === 'span_id') spanId = reader.integer();
        else if (key === 'service') service = reader.text();
        else reader.skip();
      }
      const hash = hashOf(body, from, reader.at);
      add({ traceId, spanId, service: services.numberOf(service), hash }, spans);
    }
  }
}

/** Adds the spans of `/v0.5/traces`: a table of texts, then traces of spans, each an array. @throws when the body is none. */
export function readIntakeV05(body: Buffer, spans: SpanBatch, services: ServiceNames): void {
  const reader = new MsgpackReader(body);
  reader.array();
  const texts: string[] = [];
  for (let left = reader.array(); left > 0; left -= 1) texts.push(reader.text());
  for (let traces = reader.array(); traces > 0; traces -= 1) {
    for (let left = reader.array(); left > 0; left -= 1) {
      const from = reader.at;
      const fields = reader.array();
      const service = texts[Number(reader.integer())] ?? '';
      reader.skip();
      reader.skip();
      const [traceId, spanId] = [reader.integer(), reader.integer()];
      for (let rest = fields - 5; rest > 0; rest -= 1) reader.skip();
      const hash = hashOf(body, from, reader.at);
      add({ traceId, spanId, service: services.numberOf(service), hash }, spans);
    }
  }
}
