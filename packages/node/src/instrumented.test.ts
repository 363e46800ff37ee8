import { afterEach, expect, jest, test } from '@jest/globals';
import { diag, metrics, trace } from '@opentelemetry/api';
import type { Instrumentation } from './instrumentations/entry.ts';
import { enableInstrumentations } from './instrumented.ts';

afterEach(() => diag.disable());

const NONE = { tracerProvider: undefined, meterProvider: undefined, loggerProvider: undefined };

function instrumentation() {
  return {
    disable: jest.fn(),
    setTracerProvider: jest.fn(),
    setMeterProvider: jest.fn(),
    setLoggerProvider: jest.fn(),
  } satisfies Instrumentation;
}

test('one that cannot be created is said so and the others work', () => {
  const error = jest.fn();
  diag.setLogger({ error, warn: error, info: error, debug: jest.fn(), verbose: jest.fn() });
  error.mockClear();
  const other = instrumentation();
  const broken = () => {
    throw new Error('boom');
  };
  const disable = enableInstrumentations(
    [
      { name: 'pg', create: broken },
      { name: 'x', create: () => other },
    ],
    NONE,
    '',
  );
  expect(error.mock.calls).toEqual([['pg is not instrumented: boom']]);
  disable();
  expect(other.disable).toHaveBeenCalledTimes(1);
});

test('it gets the providers of the signals that are on, and only those', () => {
  const some = instrumentation();
  const tracerProvider = trace.getTracerProvider();
  enableInstrumentations([{ name: 'x', create: () => some }], { ...NONE, tracerProvider }, '');
  expect(some.setTracerProvider).toHaveBeenCalledWith(tracerProvider);
  expect(some.setMeterProvider).not.toHaveBeenCalled();
  expect(some.setLoggerProvider).not.toHaveBeenCalled();
  const meterProvider = metrics.getMeterProvider();
  enableInstrumentations([{ name: 'x', create: () => some }], { ...NONE, meterProvider }, '');
  expect(some.setMeterProvider).toHaveBeenCalledWith(meterProvider);
});
