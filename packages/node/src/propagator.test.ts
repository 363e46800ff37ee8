import { expect, test } from '@jest/globals';
import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import fc from 'fast-check';
import { createPropagator } from './propagator.ts';

const propagator = createPropagator(['tracecontext', 'baggage']);
const INPUTS = 100_000;
const BAGGAGE_ENTRIES_MAXIMUM = 180;
const BAGGAGE_LENGTH_MAXIMUM = 8_192;

type Headers = Record<string, string | string[]>;
const extract = (headers: Headers) => propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);

/** Nearly right, and anything at all. */
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEFg '), minLength: length - 1, maxLength: length + 1 });
const traceparent = fc.oneof(
  fc.tuple(hex(2), hex(32), hex(16), hex(2), fc.constantFrom('', '-', '-00')).map((parts) => parts.join('-')),
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const list = fc.oneof(
  fc
    .array(fc.tuple(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 })), { maxLength: 40 })
    .map((pairs) => pairs.map(([key, value]) => `${key}=${value}`).join(',')),
  fc.string({ unit: fc.constantFrom('=', ',', ';', '%', '%zz', 'ot', 'th:', 'a', ' ', '\t', '\u0000', '\ud800') }),
);
const header = (text: fc.Arbitrary<string>) => fc.oneof(text, fc.array(text, { maxLength: 3 }));

test(`${INPUTS} traceparent and tracestate headers: no throw, and what is taken over is valid`, () => {
  fc.assert(
    fc.property(header(traceparent), header(list), (parent, state) => {
      const span = trace.getSpanContext(extract({ traceparent: parent, tracestate: state }));
      return span === undefined || isSpanContextValid(span);
    }),
    { numRuns: INPUTS },
  );
}, 120_000);

test(`${INPUTS} baggage headers: no throw in or out, at most 180 entries and 8,192 characters`, () => {
  fc.assert(
    fc.property(header(list), (baggage) => {
      const context = extract({ baggage });
      const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
      const carrier: Record<string, string> = {};
      propagator.inject(context, carrier, defaultTextMapSetter);
      return entries.length <= BAGGAGE_ENTRIES_MAXIMUM && (carrier.baggage?.length ?? 0) <= BAGGAGE_LENGTH_MAXIMUM;
    }),
    { numRuns: INPUTS },
  );
}, 120_000);

test('the 181st entry of a long header is left out, and so is what the application set and cannot be encoded', () => {
  const long = Array.from({ length: 181 }, (_, index) => `k${index}=v`).join(',');
  expect(propagation.getBaggage(extract({ baggage: long }))?.getAllEntries()).toHaveLength(180);
  const broken = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ key: { value: '\ud800' } }));
  const carrier = {};
  expect(() => propagator.inject(broken, carrier, defaultTextMapSetter)).not.toThrow();
  expect(carrier).toEqual({});
});

test.each([undefined, null, new Error('carrier')])(
  'a carrier that throws %p: nothing is read, nothing is thrown',
  (reason) => {
    const fail = () => {
      throw reason;
    };
    expect(propagator.extract(ROOT_CONTEXT, {}, { get: fail, keys: fail })).toBe(ROOT_CONTEXT);
    const context = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '1'.repeat(32),
      spanId: '1'.repeat(16),
      traceFlags: 1,
    });
    expect(() => propagator.inject(context, {}, { set: fail })).not.toThrow();
  },
);
