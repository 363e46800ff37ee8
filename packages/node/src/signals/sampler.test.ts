import { expect, test } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { createSampler } from './sampler.ts';

const TRACE_ID = 'f'.repeat(32);

const isSampled = (name: Parameters<typeof createSampler>[0]['name'], ratio: number, parent?: TraceFlags) => {
  const spanContext = { traceId: TRACE_ID, spanId: '1'.repeat(16), traceFlags: parent ?? 0, isRemote: true };
  const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext);
  const result = createSampler({ name, ratio }).shouldSample(context, TRACE_ID, 'span', SpanKind.SERVER, {}, []);
  return result.decision === SamplingDecision.RECORD_AND_SAMPLED;
};

test.each([
  ['always_on', 1, true],
  ['always_off', 1, false],
  ['traceidratio', 1, true],
  ['traceidratio', 0, false],
  ['parentbased_always_on', 1, true],
  ['parentbased_always_off', 1, false],
  ['parentbased_traceidratio', 1, true],
  ['parentbased_traceidratio', 0, false],
] as const)('%s with ratio %d samples a root span: %s', (name, ratio, expected) => {
  expect(isSampled(name, ratio)).toBe(expected);
});

test('parentbased follows the caller in both directions', () => {
  expect(isSampled('parentbased_always_off', 1, TraceFlags.SAMPLED)).toBe(true);
  expect(isSampled('parentbased_always_on', 1, TraceFlags.NONE)).toBe(false);
});
