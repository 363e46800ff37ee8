import { expect, test } from '@jest/globals';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { InstrumentationHost } from '@vigil/instrumentation';
import { StorageContextManager } from '@vigil/tracer';
import { INSTRUMENTATIONS, selectInstrumentations } from './instrumentations.ts';

const select = (enabledInstrumentations: string[] | undefined, disabledInstrumentations: string[] = []) => {
  const { entries, unknownNames } = selectInstrumentations(INSTRUMENTATIONS, {
    enabledInstrumentations,
    disabledInstrumentations,
  });
  return { names: entries.map(({ name }) => name), unknownNames };
};

test('all are on by default', () => {
  expect(select(undefined).names).toEqual([
    ...['http', 'undici', 'express', 'fastify', 'hono', 'koa', 'nestjs', 'next'],
    ...['drizzle', 'pg', 'redis', 'pino', 'runtime-node'],
  ]);
});

test('the enabled ones are the only ones, less the disabled ones', () => {
  expect(select(['pg', 'http']).names).toEqual(['http', 'pg']);
  expect(select(['pg', 'http'], ['pg']).names).toEqual(['http']);
});

test('the names OpenTelemetry’s own have are understood', () => {
  expect(select(['ioredis', 'nestjs-core'])).toEqual({ names: ['nestjs', 'redis'], unknownNames: [] });
  expect(select(undefined, ['ioredis']).names).not.toContain('redis');
});

test('a name nobody has is returned', () => {
  expect(select(['htp'], ['express', 'expres'])).toEqual({ names: [], unknownNames: ['htp', 'expres'] });
});

const HOST: InstrumentationHost = {
  tracer: () => undefined,
  metrics: undefined,
  contextManager: new StorageContextManager(),
  propagator: { fields: () => [], inject: () => undefined, extract: () => ROOT_CONTEXT },
  modules: { watch: () => () => undefined },
  warn: () => undefined,
  nowMillis: () => 0,
};
const OFF = { tracerProvider: undefined, meterProvider: undefined, loggerProvider: undefined };

test.each(INSTRUMENTATIONS)('$name can be switched on and off with all signals off', ({ name, create }) => {
  const instrumentation = create(HOST, OFF);
  expect([instrumentation.name, instrumentation.status().isEnabled]).toEqual([name, false]);
  instrumentation.enable();
  instrumentation.disable();
  expect(instrumentation.status().isEnabled).toBe(false);
});
