import { test } from '@jest/globals';
import { ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { LightSpan, LightTracerProvider } from '@vigil/tracer';
import fc from 'fast-check';
import { recordableValue, UNRECORDABLE } from '../src/attribute-value.ts';
import { valueMaker } from './hostile-value.ts';
import { call, REMOTE } from './same-span.ts';

// Most of the time would go into the stacks of exceptions nobody reads.
Error.stackTraceLimit = 0;

const resource = { attributes: { 'service.name': 'fuzz' } };
const seed = Number(Date.now() % 2 ** 31);

/** Gives one value to everything that takes one; returns the span if one recorded. */
function everywhere(provider: LightTracerProvider, value: unknown): LightSpan | undefined {
  const tracer = provider.getTracer('fuzz');
  const options = {
    attributes: { value, also: 1 },
    links: [{ context: REMOTE, attributes: { value } }, value],
    startTime: value,
  };
  const span = tracer.startSpan('fuzz', options as never, ROOT_CONTEXT);
  call(span, 'setAttribute', 'key', value);
  call(span, 'setAttribute', value, value);
  call(span, 'setAttributes', value);
  call(span, 'setAttributes', { value });
  call(span, 'addEvent', value, value, value);
  call(span, 'addEvent', 'event', { value }, value);
  call(span, 'recordException', value, value);
  call(span, 'addLink', value);
  call(span, 'addLink', { context: value });
  call(span, 'addLink', { context: { ...REMOTE, traceState: value }, attributes: value });
  call(span, 'addLinks', value);
  call(span, 'setStatus', value);
  call(span, 'setStatus', { code: value, message: value });
  call(span, 'updateName', value);
  call(span, 'end', value);
  call(span, 'end');
  return span instanceof LightSpan ? span : undefined;
}

/** What the encoder relies on. */
function expectSound(span: LightSpan): void {
  if (typeof span.name !== 'string' || ![0, 1, 2].includes(span.statusCode)) throw new Error('name or status');
  for (const record of [span, ...span.events, ...span.links]) {
    const keys = record.attributes.filter((_, index) => index % 2 === 0);
    if (new Set(keys).size !== keys.length) throw new Error('a key stands twice');
    for (let index = 0; index < record.attributes.length; index += 2) {
      if (typeof record.attributes[index] !== 'string') throw new Error('a key that is no string');
      const kept = recordableValue(record.attributes[index + 1], Number.POSITIVE_INFINITY);
      if (kept === UNRECORDABLE) throw new Error(`not recordable: ${String(record.attributes[index])}`);
    }
  }
  for (const number of [span.startSeconds, span.startNanos, span.endSeconds, span.endNanos]) {
    if (!Number.isSafeInteger(number) || number < 0) throw new Error(`a time of ${number}`);
  }
  const late = span.endSeconds - span.startSeconds || span.endNanos - span.startNanos;
  if (late < 0) throw new Error('ended before it started');
}

test('60,000 values of every type, given to every method: nothing throws, and what is kept can be encoded', () => {
  const provider = new LightTracerProvider({ resource });
  fc.assert(
    fc.property(valueMaker, (make) => {
      const span = everywhere(provider, make());
      if (span !== undefined) expectSound(span);
    }),
    { numRuns: 60_000, seed },
  );
}, 60_000);

test('20,000 values through a foreign processor: nothing throws', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new LightTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  fc.assert(
    fc.property(valueMaker, (make) => {
      const span = everywhere(provider, make());
      if (span !== undefined) expectSound(span);
      exporter.reset();
    }),
    { numRuns: 20_000, seed },
  );
}, 60_000);

test('20,000 values as name, options, context and parent of a span, and as a tracer: nothing throws', () => {
  const provider = new LightTracerProvider({ resource });
  const tracer = provider.getTracer('fuzz');
  fc.assert(
    fc.property(valueMaker, (make) => {
      const value = make();
      const spans: Span[] = [
        call(tracer, 'startSpan', value, value, value) as Span,
        call(
          tracer,
          'startSpan',
          'name',
          { kind: value, root: value, links: value, attributes: value },
          ROOT_CONTEXT,
        ) as Span,
        tracer.startSpan('name', {}, trace.setSpan(ROOT_CONTEXT, value as Span)),
        tracer.startSpan('name', {}, trace.setSpanContext(ROOT_CONTEXT, value as never)),
        tracer.startActiveSpan(value as string, value as never, (span) => span),
      ];
      for (const span of spans) span.end();
      call(provider as never, 'getTracer', value, value, value);
    }),
    { numRuns: 20_000, seed },
  );
}, 60_000);
