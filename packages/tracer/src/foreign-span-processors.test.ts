import { describe, expect, test } from '@jest/globals';
import { ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { LightSpan } from './light-span.ts';
import type { LightSpanProcessor } from './light-span-processor.ts';
import { LightTracerProvider } from './light-tracer-provider.ts';

const resource = resourceFromAttributes({ 'service.name': 'shop' });
const idle = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };

/** A processor of the SDK of which only the given callbacks do something. */
function foreign(callbacks: Partial<SpanProcessor>): SpanProcessor {
  return { onStart: () => undefined, onEnd: () => undefined, ...idle, ...callbacks };
}

function collecting(ended: LightSpan[]): LightSpanProcessor {
  return { onStart: () => undefined, onEnd: (span) => void ended.push(span), ...idle };
}

/** Runs one span through the processors and returns it as our own processor got it. */
function runOne(spanProcessors: SpanProcessor[], work: (span: Span) => void = () => undefined): LightSpan {
  const ended: LightSpan[] = [];
  const provider = new LightTracerProvider({ resource, spanProcessors, processor: collecting(ended) });
  const span = provider.getTracer('t').startSpan('work', { attributes: { card: '4711', kept: 1 } }, ROOT_CONTEXT);
  work(span);
  span.end();
  expect(ended).toHaveLength(1);
  return ended[0] as LightSpan;
}

test('no view is made without a foreign processor', () => {
  expect(runOne([]).view).toBeUndefined();
});

describe('calls', () => {
  test('come in the order start, ending, end, processor by processor, with one and the same object', () => {
    const calls: string[] = [];
    const seen = new Set<unknown>();
    const note = (what: string, span: unknown): void => {
      calls.push(what);
      seen.add(span);
    };
    const named = (name: string): SpanProcessor =>
      foreign({
        onStart: (span) => note(`${name} start ${span.ended}`, span),
        onEnding: (span) => note(`${name} ending ${span.ended} ${span.duration[0] >= 0}`, span),
        onEnd: (span) => note(`${name} end ${span.ended}`, span),
      });
    runOne([named('a'), named('b')]);
    expect(calls).toEqual([
      'a start false',
      'b start false',
      'a ending false true',
      'b ending false true',
      'a end true',
      'b end true',
    ]);
    expect(seen.size).toBe(1);
  });

  test('a processor that throws everywhere reaches neither the application nor its neighbours', () => {
    const throwing = (): never => {
      throw new Error('hostile');
    };
    const exporter = new InMemorySpanExporter();
    const span = runOne([
      foreign({ onStart: throwing, onEnding: throwing, onEnd: throwing }),
      new SimpleSpanProcessor({ exporter }),
    ]);
    expect(span.ended).toBe(true);
    expect(exporter.getFinishedSpans()).toHaveLength(1);
  });

  test('end called in onEnding is not a second end', () => {
    const ends: unknown[] = [];
    runOne([foreign({ onEnding: (span) => span.end(), onEnd: (span) => void ends.push(span) })]);
    expect(ends).toHaveLength(1);
  });
});

describe('what a foreign processor writes', () => {
  test('in onStart and onEnding is on the span', () => {
    const span = runOne([
      foreign({
        onStart: (started) => void started.setAttribute('at', 'start').addEvent('seen').updateName('renamed'),
        onEnding: (ending) => void ending.setAttributes({ at: 'ending' }).setStatus({ code: 2, message: 'late' }),
      }),
    ]);
    expect(span.attributes).toEqual(['card', '4711', 'kept', 1, 'at', 'ending']);
    expect([span.name, span.events.length, span.statusCode, span.statusMessage]).toEqual(['renamed', 1, 2, 'late']);
  });

  test('in onEnd through the methods is refused', () => {
    const span = runOne([foreign({ onEnd: (ended) => void (ended as Span & ReadableSpan).setAttribute('late', 1) })]);
    expect(span.attributes).toEqual(['card', '4711', 'kept', 1]);
  });

  test('into the attributes object in onEnd, to redact, is obeyed by the next one and by our own', () => {
    const exporter = new InMemorySpanExporter();
    const redact = foreign({
      onEnd(span) {
        span.attributes.card = '***';
        delete span.attributes.kept;
      },
    });
    const span = runOne([redact, new SimpleSpanProcessor({ exporter })]);
    expect(exporter.getFinishedSpans()[0]?.attributes).toEqual({ card: '***' });
    expect(span.attributes).toEqual(['card', '***']);
  });

  test('over whole fields in onEnd is obeyed as well', () => {
    const redact = foreign({
      onEnd(span) {
        const open = span as { -readonly [K in keyof ReadableSpan]: ReadableSpan[K] };
        open.name = 'redacted';
        open.attributes = { only: 'this' };
        open.events = [{ name: 'one', time: [1_500_000_000, 5], attributes: { a: 1 } }];
        open.links = [];
        open.status = { code: 2, message: 'redacted' };
      },
    });
    const span = runOne([redact], (work) => work.addEvent('secret').addLink({ context: work.spanContext() }));
    expect(span.name).toBe('redacted');
    expect(span.attributes).toEqual(['only', 'this']);
    expect(span.events).toEqual([
      { name: 'one', seconds: 1_500_000_000, nanos: 5, attributes: ['a', 1], droppedAttributesCount: 0 },
    ]);
    expect(span.links).toEqual([]);
    expect([span.statusCode, span.statusMessage]).toEqual([2, 'redacted']);
  });

  test('garbage in onEnd leaves the span as it was', () => {
    const span = runOne(
      [
        foreign({
          onEnd(ended) {
            const open = ended as unknown as Record<string, unknown>;
            open.events = [null];
            open.attributes = new Proxy({}, { ownKeys: () => ['a'] });
          },
        }),
      ],
      (work) => work.addEvent('kept'),
    );
    expect(span.events.map(({ name }) => name)).toEqual(['kept']);
  });

  test('an attributes object read early stays up to date', () => {
    const early: unknown[] = [];
    runOne([foreign({ onStart: (span) => void early.push(span.attributes) })], (span) => span.setAttribute('later', 2));
    expect(early).toEqual([{ card: '4711', kept: 1, later: 2 }]);
  });
});

test('a view shows resource, scope and parent as the SDK does', () => {
  const views: ReadableSpan[] = [];
  const provider = new LightTracerProvider({
    resource,
    spanProcessors: [foreign({ onEnd: (span) => void views.push(span) })],
  });
  const tracer = provider.getTracer('lib', '1.0.0', { schemaUrl: 'u', attributes: { team: 'a' } });
  tracer.startSpan('work', {}, ROOT_CONTEXT).end();
  expect(views[0]?.resource).toBe(resource);
  expect(views[0]?.instrumentationScope).toEqual({
    name: 'lib',
    version: '1.0.0',
    schemaUrl: 'u',
    attributes: { team: 'a' },
  });
  expect(views[0]?.parentSpanContext).toBeUndefined();
});

test('a callback that is an async function and rejects does not end the process', async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => void rejections.push(reason);
  process.on('unhandledRejection', note);
  const reject = () => Promise.reject(new Error('hook')) as never;
  expect(runOne([foreign({ onStart: reject, onEnding: reject, onEnd: reject })]).name).toBe('work');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(rejections).toEqual([]);
});
