import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { receivedItems } from './received-items.ts';
import { ServiceNames } from './service-names.ts';
import { SpanBatch } from './span-record.ts';
import { SpanTable } from './span-table.ts';
import { takenAs, tracesBody } from './traces-body.ts';

const ID = '00000000000000ab';

interface Sent {
  readonly path?: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
}

function receive(body: Buffer, { path = '/v1/traces', contentType = '', contentEncoding = '' }: Sent = {}) {
  const spans = new SpanBatch();
  const services = new ServiceNames();
  const names = receivedItems({ path, contentType, contentEncoding, body }, spans, services);
  const table = new SpanTable();
  for (const span of spans) table.add(span);
  return { names, ids: [...table.entries()].map(({ id }) => id), services: services.names };
}

describe('OTLP', () => {
  test.each([
    ['as it is', '', (body: Buffer) => body],
    ['gzip', 'gzip', gzipSync],
    ['zstd', 'zstd', zstdCompressSync],
  ])('the ids of spans come out of protobuf, %s', (_, contentEncoding, pack) => {
    expect(receive(pack(tracesBody([ID, '00000000000000ac'])), { contentEncoding })).toMatchObject({
      ids: expect.arrayContaining([takenAs(ID), takenAs('00000000000000ac')]),
    });
  });

  test('the ids, the service, and the names of metrics and texts of logs come out of JSON', () => {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
    const spans = [{ traceId: ID.repeat(2), spanId: ID, name: 'GET /' }];
    const contentType = 'application/json';
    const traces = { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] };
    const metrics = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'a' }, { name: 'b' }] }] }] };
    const logs = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'hello' } }] }] }] };
    const json = (content: object) => Buffer.from(JSON.stringify(content));
    expect(receive(json(traces), { contentType })).toEqual({ names: [], ids: [takenAs(ID)], services: ['shop'] });
    expect(receive(json(metrics), { contentType, path: '/v1/metrics' }).names).toEqual(['a', 'b']);
    expect(receive(json(logs), { contentType, path: '/v1/logs' }).names).toEqual(['hello']);
  });

  test('every cut of a body is refused, or is a whole request with fewer spans', () => {
    const whole = tracesBody([ID, '00000000000000ac'], 20);
    for (let length = 1; length < whole.length; length += 1) {
      expect(() => receive(whole.subarray(0, length))).toThrow(/past the end/);
    }
  });

  test('a span whose id has 7 bytes is refused', () => {
    // resource spans ▸ scope spans ▸ span ▸ trace id (16 bytes), span id (7 bytes)
    const span = Buffer.concat([
      Buffer.from([0x0a, 16]),
      Buffer.alloc(16, 1),
      Buffer.from([0x12, 7]),
      Buffer.alloc(7, 1),
    ]);
    const scope = Buffer.concat([Buffer.from([0x12, span.length]), span]);
    const resource = Buffer.concat([Buffer.from([0x12, scope.length]), scope]);
    expect(() => receive(Buffer.concat([Buffer.from([0x0a, resource.length]), resource]))).toThrow(/whole trace id/);
  });

  test('what is no signal holds nothing and is not read', () => {
    expect(receive(Buffer.from('anything'), { path: '/info' })).toEqual({ names: [], ids: [], services: [] });
  });
});

/** Just enough MessagePack to write what dd-trace sends. */
function pack(value: unknown): Buffer {
  if (typeof value === 'bigint') {
    const bytes = Buffer.alloc(9, 0xcf);
    bytes.writeBigUInt64BE(value, 1);
    return bytes;
  }
  if (typeof value === 'number' && Number.isInteger(value) && value < 128) return Buffer.from([value]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9, 0xcb);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === 'string')
    return Buffer.concat([Buffer.from([0xd9, Buffer.byteLength(value)]), Buffer.from(value)]);
  if (Array.isArray(value)) {
    const size = Buffer.from([0xdd, 0, 0, 0, value.length]);
    return Buffer.concat([size, ...value.map(pack)]);
  }
  const entries = Object.entries(value as object);
  return Buffer.concat([Buffer.from([0x80 + entries.length]), ...entries.flat().map(pack)]);
}

describe("dd-trace's intake", () => {
  const ids = [
    `${'0'.repeat(16)}00000000000000ab-00000000000000cd`,
    `${'0'.repeat(16)}00000000000000ab-00000000000000ce`,
  ];

  test('/v0.4/traces: every span of every trace, other fields of any type skipped', () => {
    const span = (id: bigint) => ({
      service: 'shop',
      trace_id: 0xabn,
      meta: { 'http.url': '/', nested: { a: [1, 'x'] } },
      metrics: { rate: 1.5 },
      span_id: id,
      error: 0,
    });
    const received = receive(pack([[span(0xcdn)], [span(0xcen)]]), { path: '/v0.4/traces' });
    expect(received.ids.sort()).toEqual(ids);
    expect(received.services).toEqual(['shop']);
  });

  test('/v0.5/traces: names come from the table of texts', () => {
    const span = (id: bigint) => [1, 0, 0, 0xabn, id, 0n, 1, 2, 0, { 0: 1 }, {}, 0];
    const received = receive(pack([['', 'shop'], [[span(0xcdn), span(0xcen)]]]), { path: '/v0.5/traces' });
    expect(received.ids.sort()).toEqual(ids);
    expect(received.services).toEqual(['shop']);
  });
});
