import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sdkAttributes, sdkSpan } from '../../test/arbitrary-span.ts';
import { decode } from '../../test/otlp-decoder.ts';
import { upstreamRequest } from '../../test/upstream-request.ts';
import { resolveEncodeLimits } from './encode-limits.ts';
import { DOES_NOT_FIT } from './encode-outcome.ts';
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

interface Origin {
  readonly resource: ResourceRecord;
  readonly scope: ScopeRecord;
  readonly head: { readonly resource: Uint8Array; readonly scope: Uint8Array };
}

function origin(resource: ResourceRecord, scope: ScopeRecord): Origin {
  return { resource, scope, head: { resource: encodeResource(resource, limits), scope: encodeScope(scope, limits) } };
}

function ourRequest(spans: readonly SpanRecord[], { head }: Origin): Uint8Array {
  const ranges: number[] = [];
  let at = 7;
  for (const span of spans) {
    const end = encoder.encode(span, target, at, target.length);
    if (end < 0) throw new Error(`expected an offset, got ${end}`);
    ranges.push(at, end);
    at = end + 3;
  }
  const groups = [{ ...head, scopes: [{ ...head, spans: { bytes: target, ranges } }] }];
  const request = new Uint8Array(requestSize(groups));
  expect(writeRequest(groups, request, 0)).toBe(request.length);
  return request;
}

function expectEqualToUpstream(spans: readonly SpanRecord[], from: Origin): void {
  const ours = decode('ExportTraceServiceRequest', ourRequest(spans, from));
  const theirs = decode('ExportTraceServiceRequest', upstreamRequest(spans, from.resource, from.scope));
  // The matcher writes a readable difference, but takes 50 times as long.
  if (!isDeepStrictEqual(ours, theirs)) expect(ours).toEqual(theirs);
}

test('3,000 spans decode to what upstream wrote of them, field by field', () => {
  const from = origin(resourceRecord, scopeRecord);
  fc.assert(
    fc.property(fc.array(sdkSpan, { minLength: 2, maxLength: 2 }), (spans) => expectEqualToUpstream(spans, from)),
    { numRuns: 1_500 },
  );
}, 120_000);

test('resources of 500 sets of attributes decode to what upstream wrote of them', () => {
  fc.assert(
    fc.property(sdkSpan, sdkAttributes, (span, attributes) =>
      expectEqualToUpstream(
        [span],
        origin({ schemaUrl: '', attributes }, { ...scopeRecord, version: '', schemaUrl: '' }),
      ),
    ),
    { numRuns: 500 },
  );
}, 120_000);

test('600 spans in 20 targets each that end anywhere: whole or not at all, and no byte beyond is touched', () => {
  const share = fc.array(fc.double({ min: 0, max: 1.2, noNaN: true }), { minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(sdkSpan, share, (span, shares) => {
      const size = encoder.encode(span, target, 0, target.length);
      const whole = target.slice(0, size);
      for (const part of shares) {
        const end = Math.round(part * size);
        target.fill(0xa5, 0, 2 * size + 1_000);
        const result = encoder.encode(span, target, 0, end);
        if (target.subarray(end, 2 * size + 1_000).some((byte) => byte !== 0xa5)) throw new Error(`beyond ${end}`);
        if (result === DOES_NOT_FIT) expect(end).toBeLessThan(size + 64);
        else expect(Buffer.compare(target.subarray(0, result), whole)).toBe(0);
      }
    }),
    { numRuns: 600 },
  );
}, 120_000);
