import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSpanEncoder } from '../src/encode/span-encoder.ts';
import type { ScopeRecord } from '../src/encode/span-record.ts';
import { ExportLoop } from '../src/export-loop/export-loop.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { createPipelineMemory } from '../src/ring/pipeline-memory.ts';
import { SpanPipe } from '../src/span-pipe.ts';
import { plainSpan } from './arbitrary-span.ts';
import { decode } from './otlp-decoder.ts';
import { answered, ScriptedTransport } from './scripted-transport.ts';
import { VirtualTime } from './virtual-time.ts';

interface DecodedRequest {
  resourceSpans: {
    resource: object;
    scopeSpans: { scope: { name: string }; spans: { name: string; attributes?: object[] }[] }[];
  }[];
}

function createPipeline() {
  const memory = createPipelineMemory({ ringBytes: 65_536 });
  const time = new VirtualTime();
  const transport = new ScriptedTransport();
  const received = new Map<string, string[]>();
  transport.automatic = ({ body, contentEncoding }) => {
    expect(contentEncoding).toBe('gzip');
    const request = decode('ExportTraceServiceRequest', gunzipSync(body)) as unknown as DecodedRequest;
    expect(request.resourceSpans).toHaveLength(1);
    for (const { scope, spans } of request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans)) {
      received.set(scope.name, [...(received.get(scope.name) ?? []), ...spans.map(({ name }) => name)]);
    }
    return answered(200);
  };
  const loop = new ExportLoop({
    memory,
    transport,
    clock: time,
    timers: time,
    random: Math.random,
    compress: (body, _encoding, compressed) => compressed(gzipSync(body, { level: 1 })),
    log: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  const pipe = new SpanPipe({ memory, encoder: createSpanEncoder(), notify: () => time.set(() => loop.wake(), 0) });
  return { memory, time, pipe, received };
}

const resource = { schemaUrl: '', attributes: ['service.name', 'shop'] };
const scopeOf = (name: string): ScopeRecord => ({ name, version: '1', schemaUrl: '', attributes: [] });

test('spans of any size and scope come out of the decoder under their scope, in order, and the ledger says how many (300 runs)', () => {
  const span = fc.record({ scope: fc.nat(3), text: fc.nat(3_000), waits: fc.boolean() });
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 60 }), (spans) => {
      const { memory, time, pipe, received } = createPipeline();
      const expected = new Map<string, string[]>();
      for (const [index, { scope, text, waits }] of spans.entries()) {
        const stream = pipe.stream(resource, scopeOf(`scope-${scope}`));
        const name = `span ${index}`;
        pipe.ended(1);
        const record = { ...plainSpan, name, attributes: ['text', 'x'.repeat(text), 'number', index] };
        if (pipe.offer(record, stream, index % 4 === 0) === undefined) {
          expected.set(`scope-${scope}`, [...(expected.get(`scope-${scope}`) ?? []), name]);
        }
        if (waits) time.advance(60);
      }
      time.advance(200);
      expect(received).toEqual(expected);
      const { ended, accepted, lost } = readLedger(memory);
      expect(accepted + lost.queue_full).toBe(ended);
      expect(accepted).toBe([...received.values()].flat().length);
    }),
    { numRuns: 300 },
  );
});
