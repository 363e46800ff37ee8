import { expect, test } from '@jest/globals';
import { createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { LightContext } from './light-context.ts';

const KEY = createContextKey('of the application');
const span = trace.wrapSpanContext({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
});

test('the API finds the span in it, and everything else in the context behind it', () => {
  const baggage = propagation.createBaggage({ tenant: { value: 'a' } });
  const context = new LightContext(span, propagation.setBaggage(ROOT_CONTEXT, baggage));
  expect(trace.getSpan(context)).toBe(span);
  expect(propagation.getBaggage(context)).toBe(baggage);
  expect(trace.getSpan(new LightContext(undefined, trace.setSpan(ROOT_CONTEXT, span)))).toBeUndefined();
});

test('values set and deleted make a new context each; the old one stays as it was', () => {
  const context = new LightContext(span);
  const wider = context.setValue(KEY, 7);
  expect([wider.getValue(KEY), context.getValue(KEY), wider.deleteValue(KEY).getValue(KEY)]).toEqual([
    7,
    undefined,
    undefined,
  ]);
  expect(trace.getSpan(wider)).toBe(span);
  const other = trace.wrapSpanContext({ ...span.spanContext(), spanId: '00f067aa0ba902b7' });
  expect(trace.getSpan(trace.setSpan(wider, other))).toBe(other);
  expect(trace.setSpan(wider, other).getValue(KEY)).toBe(7);
  expect(trace.getSpan(trace.deleteSpan(wider))).toBeUndefined();
  expect(trace.getSpan(context)).toBe(span);
});
