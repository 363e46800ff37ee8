import { afterEach, expect, test } from '@jest/globals';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { StorageContextManager } from '@vigil/tracer';
import { registerApi } from './api-globals.ts';
import { createPropagator } from './propagator.ts';

const provider = () =>
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: new InMemorySpanExporter() })] });
const parts = () => ({
  contextManager: new StorageContextManager(),
  propagator: createPropagator(['tracecontext', 'baggage']),
  tracerProvider: provider(),
  meterProvider: undefined,
  loggerProvider: undefined,
});
const isRecording = () => trace.getTracer('x').startSpan('s').isRecording();

afterEach(() => {
  for (const api of [context, propagation, trace]) api.disable();
});

test('registered parts are in use until they are taken back', () => {
  const takeBack = registerApi(parts());
  expect(isRecording()).toBe(true);
  expect(propagation.fields()).toEqual(['traceparent', 'tracestate', 'baggage']);
  takeBack();
  expect(propagation.fields()).toEqual([]);
  expect(registerApi(parts())).toEqual(expect.any(Function));
});

test('refused because another SDK has the tracer: it throws, keeps nothing, and that SDK stays', () => {
  trace.setGlobalTracerProvider(provider());
  expect(() => registerApi(parts())).toThrow('another SDK or another version of the API is registered');
  expect(propagation.fields()).toEqual([]);
  expect(context.active()).toBe(ROOT_CONTEXT);
  expect(isRecording()).toBe(true);
});
