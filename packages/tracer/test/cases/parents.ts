import {
  context,
  createTraceState,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed, suppressTracing, unsuppressTracing } from '@opentelemetry/core';
import { type Case, call, type Outcome, REMOTE } from '../same-span.ts';

const under = (parent: SpanContext) => trace.setSpanContext(ROOT_CONTEXT, parent);

export const PARENTS: readonly Case[] = [
  {
    claim: 'a child of a local span: same trace, its parent, not remote',
    run({ tracer }) {
      const parent = tracer.startSpan('parent');
      tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
      parent.end();
    },
  },
  {
    claim: 'a child that starts after its parent ended',
    run({ tracer }) {
      const parent = tracer.startSpan('parent');
      parent.end();
      tracer.startSpan('late', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
    },
  },
  { claim: 'a child of a remote span', run: ({ tracer }) => tracer.startSpan('child', {}, under(REMOTE)).end() },
  {
    claim: 'a tracestate reaches child and grandchild',
    run({ tracer, observe }) {
      const parent = under({ ...REMOTE, traceState: createTraceState('vendor=1,ot=th:8') });
      const child = tracer.startSpan('child', {}, parent);
      const grandchild = tracer.startSpan('grandchild', {}, trace.setSpan(parent, child));
      observe(grandchild.spanContext());
      grandchild.end();
      child.end();
    },
  },
  ...[
    INVALID_SPAN_CONTEXT,
    { ...REMOTE, traceId: 'short' },
    { ...REMOTE, spanId: '0'.repeat(16) },
    { ...REMOTE, traceId: 'g'.repeat(32) },
  ].map(
    (parent): Case => ({
      claim: `an invalid parent is none: ${parent.traceId} ${parent.spanId}`,
      run: ({ tracer }) => tracer.startSpan('root', {}, under(parent)).end(),
    }),
  ),
  {
    claim: 'an unsampled remote parent: nothing is recorded, the context goes on unsampled',
    run({ tracer, observe }) {
      const span = tracer.startSpan(
        'child',
        {},
        under({ ...REMOTE, traceFlags: 0, traceState: createTraceState('v=1') }),
      );
      observe(span.isRecording());
      observe(span.spanContext());
      const grandchild = tracer.startSpan('grandchild', {}, trace.setSpan(ROOT_CONTEXT, span));
      observe(grandchild.spanContext());
      grandchild.end();
      span.end();
    },
  },
  {
    claim: 'root: true makes a root inside of a span',
    run({ tracer, observe }) {
      tracer.startActiveSpan('outer', (outer) => {
        tracer.startActiveSpan('root', { root: true }, (root) => {
          observe(trace.getActiveSpan() === root);
          tracer.startSpan('child').end();
          root.end();
        });
        tracer.startSpan('root too', { root: true }).end();
        outer.end();
      });
    },
  },
  {
    claim: 'the active span is the parent, across await and setTimeout',
    async run({ tracer, observe }) {
      await tracer.startActiveSpan('outer', async (outer) => {
        await Promise.resolve();
        await new Promise<void>((resolve) => setImmediate(resolve));
        observe(trace.getActiveSpan() === outer);
        tracer.startSpan('child').end();
        outer.end();
      });
      observe(trace.getActiveSpan());
    },
  },
  {
    claim: 'context.with makes a span the parent for as long as it runs',
    run({ tracer }) {
      const span = tracer.startSpan('outer');
      context.with(trace.setSpan(context.active(), span), () => tracer.startSpan('inside').end());
      tracer.startSpan('outside').end();
      span.end();
    },
  },
  {
    claim: 'startActiveSpan: two, three and four arguments, and what the function returns',
    run({ tracer, observe }) {
      const end = (span: Span): string => {
        observe(trace.getActiveSpan() === span);
        span.end();
        return 'returned';
      };
      observe(tracer.startActiveSpan('two', end));
      observe(tracer.startActiveSpan('three', { attributes: { a: 1 }, kind: 2 }, end));
      observe(tracer.startActiveSpan('four', { attributes: { a: 1 } }, under(REMOTE), end));
      observe(call(tracer, 'startActiveSpan', 'four, no context', {}, undefined, end));
      observe(call(tracer, 'startActiveSpan', 'three, no options', undefined, end));
      observe(call(tracer, 'startActiveSpan', 'one'));
    },
  },
  {
    claim: 'what the function of startActiveSpan throws is thrown, the span goes on',
    run({ tracer, observe }) {
      let kept: Span | undefined;
      try {
        tracer.startActiveSpan('work', (span) => {
          kept = span;
          throw new Error('mine');
        });
      } catch (error) {
        observe(String(error));
      }
      observe(kept?.isRecording());
      kept?.end();
    },
  },
  {
    claim: 'suppressTracing: nothing records, and nothing below does',
    run({ tracer, observe }) {
      context.with(suppressTracing(context.active()), () => {
        observe(isTracingSuppressed(context.active()));
        tracer.startActiveSpan('suppressed', (span) => {
          observe(span.isRecording());
          observe(span.spanContext());
          tracer.startSpan('child').end();
          span.end();
        });
        context.with(unsuppressTracing(context.active()), () => tracer.startSpan('again').end());
      });
      tracer.startSpan('recorded').end();
    },
  },
  {
    claim: 'a non-recording span in the context is a parent like any other',
    run({ tracer }) {
      tracer
        .startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext({ ...REMOTE, isRemote: false })))
        .end();
    },
  },
  {
    claim: 'the random flag of the trace goes on',
    run: ({ tracer }) => tracer.startSpan('child', {}, under({ ...REMOTE, traceFlags: 3 })).end(),
    differs: {
      because: 'the SDK loses it; W3C trace context level 2 asks to pass it on',
      ours: (sdk: Outcome) => ({
        ...sdk,
        spans: sdk.spans.map((span) => ({ ...span, context: (span.context as unknown[]).with(2, 3) })),
      }),
    },
  },
];
