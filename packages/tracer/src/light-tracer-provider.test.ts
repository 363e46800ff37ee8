import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  type Attributes,
  type DiagLogger,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  trace,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LightSpan } from './light-span.ts';
import { LightTracerProvider, type LightTracerProviderOptions } from './light-tracer-provider.ts';

const resource = { attributes: { 'service.name': 'shop' } };
const idle = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
const quiet = { onStart: () => undefined, onEnd: () => undefined, ...idle };

afterEach(() => diag.disable());

/** Collects warnings of the API's logger. */
function warnings(): string[] {
  const said: string[] = [];
  const ignore = (): void => undefined;
  const logger: DiagLogger = {
    error: (...words) => void said.push(words.join(' ')),
    warn: (...words) => void said.push(words.join(' ')),
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  return said;
}

describe('options', () => {
  test('every wrong value is named in one error, with what was expected and what was given', () => {
    const wrong = {
      resource: 'shop',
      sampler: {},
      spanLimits: { attributeCountLimit: -1, eventCountLimit: 1.5, linkCountLimit: '7' },
      idGenerator: { generateTraceId: () => '' },
      processor: null,
      spanProcessors: [quiet, { onStart: () => undefined }],
      timeSource: 5,
    } as unknown as LightTracerProviderOptions;
    expect(() => new LightTracerProvider(wrong)).toThrow(
      /resource: .*spanLimits\.attributeCountLimit: expected a whole number from 0 or Infinity, got -1/s,
    );
    expect(() => new LightTracerProvider(wrong)).toThrow(
      /sampler: .*shouldSample.*idGenerator: .*generateSpanId.*processor: .*got null.*timeSource: .*spanProcessors\[1\]: .*onEnd/s,
    );
    expect(() => new LightTracerProvider(wrong)).toThrow(/eventCountLimit.*1\.5.*linkCountLimit.*got 7/s);
  });

  test('no options at all, and processors that are no list, are errors too', () => {
    expect(() => new LightTracerProvider(undefined as never)).toThrow(/options: expected an object, got undefined/);
    expect(() => new LightTracerProvider({ resource, spanProcessors: quiet as never })).toThrow(/expected an array/);
  });

  test('only a resource is needed', () => {
    const span = new LightTracerProvider({ resource }).getTracer('t').startSpan('work', {}, ROOT_CONTEXT);
    expect(span).toBeInstanceOf(LightSpan);
    span.end();
  });
});

describe('open spans', () => {
  test('at 3 of 3 a new one is not recorded, says so once, and hands on the head decision; when one ends there is room again', () => {
    const said = warnings();
    const refused: string[] = [];
    const processor = { ...quiet, onRefused: () => void refused.push('one') };
    const tracer = new LightTracerProvider({ resource, processor, maxOpenSpans: 3 }).getTracer('t');
    const spans = [1, 2, 3].map(() => tracer.startSpan('open', {}, ROOT_CONTEXT));
    const beyond = [1, 2].map(() => tracer.startSpan('beyond', {}, trace.setSpan(ROOT_CONTEXT, spans[0] as Span)));
    expect(beyond.map((span) => span.isRecording())).toEqual([false, false]);
    expect(beyond[0]?.spanContext()).toMatchObject({ traceId: spans[0]?.spanContext().traceId, traceFlags: 1 });
    expect([refused.length, said]).toEqual([2, [expect.stringMatching(/too many spans are open/)]]);
    for (const span of beyond) span.end();
    expect(tracer.startSpan('still beyond', {}, ROOT_CONTEXT).isRecording()).toBe(false);
    spans[1]?.end();
    spans[1]?.end();
    expect(tracer.startSpan('fits', {}, ROOT_CONTEXT).isRecording()).toBe(true);
    expect(tracer.startSpan('beyond', {}, ROOT_CONTEXT).isRecording()).toBe(false);
  });

  test('what is not recorded anyway takes no room', () => {
    const sampler = { shouldSample: () => ({ decision: 0 }) };
    const tracer = new LightTracerProvider({ resource, sampler, maxOpenSpans: 1 }).getTracer('t');
    const said = warnings();
    for (let index = 0; index < 5; index += 1) tracer.startSpan('dropped', {}, ROOT_CONTEXT);
    expect(said).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN, '7'])('a bound of %p is an error at construction', (maxOpenSpans) => {
    const options = { resource, maxOpenSpans } as LightTracerProviderOptions;
    expect(() => new LightTracerProvider(options)).toThrow(/maxOpenSpans: expected a whole number from 1, got/);
  });
});

describe('scopes', () => {
  test('attributes of a scope make another tracer and are on its spans', () => {
    const provider = new LightTracerProvider({ resource });
    const tracer = provider.getTracer('lib', '1', { attributes: { team: 'a' } });
    expect(provider.getTracer('lib', '1', { attributes: { team: 'a' } })).toBe(tracer);
    expect(provider.getTracer('lib', '1', { attributes: { team: 'b' } })).not.toBe(tracer);
    expect(tracer.scope).toEqual({ name: 'lib', version: '1', schemaUrl: '', attributes: ['team', 'a'] });
  });

  test('the 1001st scope and all later ones share one tracer, said once', () => {
    const said = warnings();
    const provider = new LightTracerProvider({ resource });
    for (let index = 0; index < 1000; index += 1) expect(provider.getTracer(`t${index}`).scope.name).toBe(`t${index}`);
    expect(provider.getTracer('t1000').scope.name).toBe('vigil.tracer.overflow');
    expect(provider.getTracer('t1001')).toBe(provider.getTracer('t1000'));
    expect(provider.getTracer('t7').scope.name).toBe('t7');
    expect(said.filter((line) => line.includes('too many instrumentation scopes'))).toHaveLength(1);
  });

  test.each([[undefined], [null], [''], [17], [Symbol('s')], [{}], [Object.create(null)]])(
    'a tracer named %p works',
    (name) => {
      const tracer = new LightTracerProvider({ resource }).getTracer(name as string, name as string, name as never);
      expect(tracer.startSpan('work', {}, ROOT_CONTEXT).isRecording()).toBe(true);
    },
  );

  test('attributes of a scope that have no JSON throw nothing', () => {
    const attributes = { bytes: new Uint8Array(2), cycle: 1n } as unknown as Attributes;
    expect(new LightTracerProvider({ resource }).getTracer('t', '1', { attributes }).scope.attributes).toHaveLength(2);
  });
});

describe('resource', () => {
  test('attributes and schema URL are in the record', () => {
    const provider = new LightTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop', tags: ['a'] }, { schemaUrl: 'u' }),
    });
    const span = provider.getTracer('t').startSpan('work', {}, ROOT_CONTEXT) as LightSpan;
    expect(span.resource).toEqual({ schemaUrl: 'u', attributes: ['service.name', 'shop', 'tags', ['a']] });
  });

  test('attributes still being found out come with a new record, also for spans that started before', async () => {
    const said = warnings();
    const found = Promise.resolve('i-17');
    const provider = new LightTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop', 'host.id': found }),
    });
    const span = provider.getTracer('t').startSpan('work', {}, ROOT_CONTEXT) as LightSpan;
    expect(span.resourcePending).toBe(true);
    expect(span.resource.attributes).toEqual(['service.name', 'shop']);
    await provider.resourceSettled();
    expect(span.resourcePending).toBe(false);
    expect(span.resource.attributes).toEqual(['service.name', 'shop', 'host.id', 'i-17']);
    expect(said).toEqual([]);
  });

  test('a resource that fails to settle leaves what was known', async () => {
    const provider = new LightTracerProvider({
      resource: {
        ...resource,
        asyncAttributesPending: true,
        waitForAsyncAttributes: () => Promise.reject(new Error('no')),
      },
    });
    await provider.resourceSettled();
    const span = provider.getTracer('t').startSpan('work', {}, ROOT_CONTEXT) as LightSpan;
    expect([span.resourcePending, span.resource.attributes]).toEqual([false, ['service.name', 'shop']]);
  });
});

describe('forceFlush and shutdown', () => {
  test('reach every processor, foreign ones too', async () => {
    const calls: string[] = [];
    const named = (name: string) => ({
      ...quiet,
      forceFlush: async () => void calls.push(`${name} flush`),
      shutdown: async () => void calls.push(`${name} shutdown`),
    });
    const provider = new LightTracerProvider({
      resource,
      processor: named('own'),
      spanProcessors: [named('a'), named('b')],
    });
    await provider.forceFlush();
    await provider.shutdown();
    expect(calls).toEqual(['a flush', 'b flush', 'own flush', 'a shutdown', 'b shutdown', 'own shutdown']);
  });

  test('reject with all errors, also of processors that throw at once', async () => {
    const failing = { ...quiet, forceFlush: () => Promise.reject(new Error('refused')) };
    const throwing = {
      ...quiet,
      forceFlush: (): Promise<void> => {
        throw new Error('thrown');
      },
    };
    const provider = new LightTracerProvider({ resource, spanProcessors: [failing, quiet, throwing] });
    await expect(provider.forceFlush()).rejects.toEqual([new Error('refused'), new Error('thrown')]);
  });

  test('a processor that hangs is given up after the timeout', async () => {
    jest.useFakeTimers();
    try {
      const hanging = { ...quiet, forceFlush: () => new Promise<void>(() => undefined) };
      const flushed = new LightTracerProvider({ resource, processor: hanging }).forceFlush({ timeoutMillis: 500 });
      const settled = jest.fn();
      flushed.catch(settled);
      await jest.advanceTimersByTimeAsync(499);
      expect(settled).not.toHaveBeenCalled();
      await jest.advanceTimersByTimeAsync(1);
      expect(settled).toHaveBeenCalledWith([new Error('A span processor did not complete within 500 ms')]);
    } finally {
      jest.useRealTimers();
    }
  });

  test('spans that end after the shutdown still reach the processor, which counts them', async () => {
    const ended: unknown[] = [];
    const provider = new LightTracerProvider({
      resource,
      processor: { ...quiet, onEnd: (span) => void ended.push(span) },
    });
    await provider.shutdown();
    provider.getTracer('t').startSpan('late', {}, ROOT_CONTEXT).end();
    expect(ended).toHaveLength(1);
  });
});

test('works behind the API as the global provider', () => {
  const provider = new LightTracerProvider({ resource });
  const early = trace.getTracer('t');
  trace.setGlobalTracerProvider(provider);
  try {
    expect(early.startSpan('work')).toBeInstanceOf(LightSpan);
  } finally {
    trace.disable();
  }
});

test('a warning comes once in 10 s, then with the number of times it was held back', () => {
  const said = warnings();
  let monotonic = 0;
  const timeSource = { monotonicMillis: () => monotonic, epochMillis: () => monotonic, originMillis: 0 };
  const span = new LightTracerProvider({ resource, timeSource }).getTracer('t').startSpan('work', {}, ROOT_CONTEXT);
  span.end();
  for (let index = 0; index < 5; index += 1) span.setAttribute('a', 1);
  monotonic = 9_999;
  span.end();
  expect(said).toHaveLength(1);
  monotonic = 10_000;
  span.end();
  expect(said).toHaveLength(2);
  expect(said[1]).toContain('a span was changed after its end (and 5 more times)');
});

test('a logger that throws reaches nobody', () => {
  const throwing = (): never => {
    throw new Error('hostile');
  };
  const logger = { error: throwing, warn: throwing, info: () => undefined, debug: throwing, verbose: throwing };
  diag.setLogger(logger, { suppressOverrideMessage: true });
  const span = new LightTracerProvider({ resource }).getTracer('t').startSpan('work', {}, ROOT_CONTEXT);
  span.end();
  expect(() => span.end()).not.toThrow();
});
