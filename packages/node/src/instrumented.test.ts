import { afterEach, expect, jest, test } from '@jest/globals';
import { diag, logs, metrics } from '@opentelemetry/api';
import type { Instrumentation, InstrumentationHost, ModuleLoads } from '@vigil/instrumentation';
import { LightTracerProvider } from '@vigil/tracer';
import type { InstrumentationEntry, Providers } from './instrumentations/entry.ts';
import { upstreamInstrumentation } from './instrumentations/upstream.ts';
import { enableInstrumentations } from './instrumented.ts';

afterEach(() => diag.disable());

const NONE: Providers = { tracerProvider: undefined, meterProvider: undefined, loggerProvider: undefined };
const HOST = {} as InstrumentationHost;

function instrumentation(name: string) {
  const status = { name, isEnabled: true, instrumented: [], refused: [] };
  return { name, enable: jest.fn(), disable: jest.fn(), status: () => status } satisfies Instrumentation;
}

test('one that cannot be created, and one that cannot be switched on, is said so, and the others work', () => {
  const error = jest.fn();
  diag.setLogger({ error, warn: error, info: error, debug: jest.fn(), verbose: jest.fn() });
  error.mockClear();
  const fail = () => {
    throw new Error('boom');
  };
  const other = instrumentation('x');
  const entries: InstrumentationEntry[] = [
    { name: 'pg', create: fail },
    { name: 'redis', create: () => ({ ...instrumentation('redis'), enable: fail }) },
    { name: 'x', create: () => other },
  ];
  const enabled = enableInstrumentations(entries, HOST, NONE, '');
  expect(error.mock.calls).toEqual([['pg is not instrumented: boom'], ['redis is not instrumented: boom']]);
  expect(enabled.status()).toEqual([other.status()]);
  expect(other.enable).toHaveBeenCalledTimes(1);
  enabled.disable();
  expect(other.disable).toHaveBeenCalledTimes(1);
});

test('what fails half way is switched off again, and one that cannot be switched off keeps no other on', () => {
  const error = jest.fn();
  diag.setLogger({ error, warn: error, info: error, debug: jest.fn(), verbose: jest.fn() });
  error.mockClear();
  const fail = () => {
    throw new Error('boom');
  };
  const half = { ...instrumentation('half'), enable: fail };
  const last = instrumentation('last');
  const entries: InstrumentationEntry[] = [
    { name: 'half', create: () => half },
    { name: 'stuck', create: () => ({ ...instrumentation('stuck'), disable: fail }) },
    { name: 'last', create: () => last },
  ];
  const enabled = enableInstrumentations(entries, HOST, NONE, '');
  expect(half.disable).toHaveBeenCalledTimes(1);
  enabled.disable();
  expect(last.disable).toHaveBeenCalledTimes(1);
  expect(error.mock.calls).toEqual([['half is not instrumented: boom'], ['stuck cannot be switched off: boom']]);
});

test('each is created with the host and the providers, and the libraries it watches are known by it', () => {
  const watched: string[] = [];
  const modules: ModuleLoads = {
    watch({ library }) {
      watched.push(library);
      return () => undefined;
    },
  };
  const supports = [{ instrumentation: 'x', library: 'y', versions: '>=1', mechanism: 'patch' }] as const;
  const create = jest.fn((host: InstrumentationHost) => {
    host.modules.watch({ library: 'pg', files: ['lib/client.js'], versions: '>=8 <9' }, () => undefined);
    return instrumentation('x');
  });
  const { supported } = enableInstrumentations([{ name: 'x', supports, create }], { ...HOST, modules }, NONE, '');
  expect(create.mock.calls).toEqual([[{ ...HOST, modules: expect.anything() }, NONE]]);
  expect(watched).toEqual(['pg']);
  expect(supported).toEqual([
    { instrumentation: 'x', library: 'pg', versions: '>=8 <9', mechanism: 'patch' },
    ...supports,
  ]);
});

test('a library that speaks on a channel is waited for only where its instrumentation is', () => {
  const entry = { name: 'fastify', create: () => instrumentation('fastify') };
  expect(enableInstrumentations([entry], HOST, NONE, '').supported.map(({ library }) => library)).toEqual(['fastify']);
  expect(enableInstrumentations([], HOST, NONE, '').supported).toEqual([]);
});

test('one of OpenTelemetry’s is made when it is switched on, with the providers of the signals that are on, and switched again', () => {
  const made = {
    enable: jest.fn(),
    disable: jest.fn(),
    setTracerProvider: jest.fn(),
    setMeterProvider: jest.fn(),
    setLoggerProvider: jest.fn(),
  };
  const create = jest.fn(() => made);
  const tracerProvider = new LightTracerProvider({ resource: { attributes: {} } });
  const upstream = upstreamInstrumentation('pino', create, { ...NONE, tracerProvider });
  expect([create.mock.calls.length, upstream.status().isEnabled]).toEqual([0, false]);
  upstream.enable();
  upstream.enable();
  expect(made.setTracerProvider.mock.calls).toEqual([[tracerProvider]]);
  expect([made.setMeterProvider.mock.calls, made.setLoggerProvider.mock.calls]).toEqual([[], []]);
  upstream.disable();
  upstream.disable();
  upstream.enable();
  expect([create, made.disable, made.enable].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1]);
  expect(upstream.status()).toEqual({ name: 'pino', isEnabled: true, instrumented: [], refused: [] });
});

test('meters and loggers are handed over where those signals are on', () => {
  const made = {
    enable: jest.fn(),
    disable: jest.fn(),
    setTracerProvider: jest.fn(),
    setMeterProvider: jest.fn(),
    setLoggerProvider: jest.fn(),
  };
  const meterProvider = metrics.getMeterProvider();
  const loggerProvider = logs.getLoggerProvider();
  upstreamInstrumentation('pino', () => made, { ...NONE, meterProvider, loggerProvider }).enable();
  expect(made.setMeterProvider.mock.calls).toEqual([[meterProvider]]);
  expect(made.setLoggerProvider.mock.calls).toEqual([[loggerProvider]]);
  expect(made.setTracerProvider).not.toHaveBeenCalled();
});
