import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sdkAttributes, sdkSpan } from '../../test/arbitrary-span.ts';
import { decode } from '../../test/otlp-decoder.ts';
import { upstreamRequest } from '../../test/upstream-request.ts';
import { resolveEncodeLimits } from './encode-limits.ts';
import { requestSize, writeRequest } from './request-frame.ts';
import { encodeResource, encodeScope } from './resource.ts';
import { createSpanEncoder } from './span-encoder.ts';
import type { ResourceRecord, ScopeRecord, SpanRecord } from './span-record.ts';

/** Wide enough that nothing generated here is ever cut. */
const limits = resolveEncodeLimits({ spanBytes: 1 << 19 });
const encoder = createSpanEncoder(limits);
const target = new Uint8Array(new SharedArrayBuffer(1 << 22));

const resourceRecord: ResourceRecord = { schemaUrl: 'https://opentelemetry.io/schemas/1.40.0', attributes: ['a', 'b'] };
const scopeRecord: ScopeRecord = {
  name: 'vigil',
  version: '1.2.3',
  schemaUrl: 'https://example.com/s',
  attributes: [],
};

function ourRequest(spans: readonly SpanRecord[], resource: ResourceRecord, scope: ScopeRecord): Uint8Array {
  const ranges: number[] = [];
  let at = 7;
  for (const span of spans) {
    const end = encoder.encode(span, target, at, target.length);
    if (end < 0) throw new Error(`expected an offset, got ${end}`);
    ranges.push(at, end);
    at = end + 3;
  }
  const head = { resource: encodeResource(resource, limits), scope: encodeScope(scope, limits) };
  const groups = [{ ...head, scopes: [{ ...head, spans: { bytes: target, ranges } }] }];
  const request = new Uint8Array(requestSize(groups));
  expect(writeRequest(groups, request, 0)).toBe(request.length);
  return request;
}

function expectEqualToUpstream(spans: readonly SpanRecord[], resource: ResourceRecord, scope: ScopeRecord): void {
  const ours = decode('ExportTraceServiceRequest', ourRequest(spans, resource, scope));
  const theirs = decode('ExportTraceServiceRequest', upstreamRequest(spans, resource, scope));
  // The matcher writes a readable difference, but takes 50 times as long.
  if (!isDeepStrictEqual(ours, theirs)) expect(ours).toEqual(theirs);
}

test('4,000 spans decode to what upstream wrote of them, field by field', () => {
  fc.assert(
    fc.property(fc.array(sdkSpan, { minLength: 2, maxLength: 2 }), (spans) =>
      expectEqualToUpstream(spans, resourceRecord, scopeRecord),
    ),
    { numRuns: 2_000 },
  );
}, 60_000);

test('resources of 500 sets of attributes decode to what upstream wrote of them', () => {
  fc.assert(
    fc.property(sdkSpan, sdkAttributes, (span, attributes) =>
      expectEqualToUpstream([span], { schemaUrl: '', attributes }, { ...scopeRecord, version: '', schemaUrl: '' }),
    ),
    { numRuns: 500 },
  );
}, 60_000);
