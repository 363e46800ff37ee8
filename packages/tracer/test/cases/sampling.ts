import { type Attributes, createTraceState, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  createAlwaysRecordSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { type Case, REMOTE, type Stage } from '../same-span.ts';

/** A root, a child, a remote child sampled and one not. */
function family({ tracer, observe }: Stage): void {
  const root = tracer.startSpan('root');
  const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
  const remote = tracer.startSpan('remote', {}, trace.setSpanContext(ROOT_CONTEXT, REMOTE));
  const unsampled = tracer.startSpan('unsampled', {}, trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE, traceFlags: 0 }));
  for (const span of [unsampled, remote, child, root]) {
    observe([span.isRecording(), span.spanContext().traceFlags]);
    span.end();
  }
}

function deciding(result: {
  decision: SamplingDecision;
  attributes?: Attributes;
  traceState?: string | undefined;
}): () => Sampler {
  const { traceState, ...rest } = result;
  return () => ({
    shouldSample: () => ({ ...rest, ...(traceState !== undefined && { traceState: createTraceState(traceState) }) }),
    toString: () => 'test',
  });
}

/** Notes what it is asked, and samples. */
function asking(notes: unknown[]): Sampler {
  return {
    shouldSample(context, traceId, name, kind, attributes, links) {
      const parent = trace.getSpanContext(context)?.spanId;
      notes.push([
        parent,
        traceId,
        name,
        kind,
        { ...attributes },
        links.map((link) => [link.context.spanId, link.attributes]),
      ]);
      return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    },
    toString: () => 'test',
  };
}

let asked: unknown[] = [];

export const SAMPLING: readonly Case[] = [
  { claim: 'the default follows the parent', run: family },
  { claim: 'always on', run: family, sampler: () => new AlwaysOnSampler() },
  { claim: 'always off', run: family, sampler: () => new AlwaysOffSampler() },
  {
    claim: 'parent based, root off',
    run: family,
    sampler: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  },
  {
    claim: 'a ratio of 0 and of 1',
    run: family,
    sampler: () => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0) }),
  },
  { claim: 'record without sampling', run: family, sampler: () => createAlwaysRecordSampler(new AlwaysOffSampler()) },
  { claim: 'decision not record', run: family, sampler: deciding({ decision: SamplingDecision.NOT_RECORD }) },
  {
    claim: 'decision record: recorded, exported unsampled by nobody',
    run: family,
    sampler: deciding({ decision: SamplingDecision.RECORD }),
  },
  {
    claim: 'attributes of the sampler are set over those of the application',
    run: ({ tracer }) => tracer.startSpan('root', { attributes: { a: 1, b: 2 } }).end(),
    sampler: deciding({ decision: SamplingDecision.RECORD_AND_SAMPLED, attributes: { b: 'sampler', c: 3 } }),
  },
  {
    claim: 'attributes of the sampler count towards the limit',
    spanLimits: { attributeCountLimit: 2 },
    run: ({ tracer }) => tracer.startSpan('root', { attributes: { a: 1, b: 2 } }).end(),
    sampler: deciding({ decision: SamplingDecision.RECORD_AND_SAMPLED, attributes: { c: 3 } }),
  },
  {
    claim: 'the tracestate of the sampler replaces the one of the parent',
    run({ tracer, observe }) {
      const parent = trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE, traceState: createTraceState('vendor=1') });
      const span = tracer.startSpan('child', {}, parent);
      observe(span.spanContext());
      span.end();
    },
    sampler: deciding({ decision: SamplingDecision.RECORD_AND_SAMPLED, traceState: 'ot=th:8' }),
  },
  {
    claim: 'an unsampled context carries the tracestate of the sampler',
    run: ({ tracer, observe }) => observe(tracer.startSpan('root').spanContext()),
    sampler: deciding({ decision: SamplingDecision.NOT_RECORD, traceState: 'ot=rv:1' }),
  },
  {
    claim: 'the sampler sees context, trace id, name, kind, attributes and links',
    run({ tracer, observe }) {
      const links = [{ context: REMOTE, attributes: { why: 'batch' } }];
      tracer.startSpan('root', { kind: 3, attributes: { a: [1], n: { m: 1 } }, links }).end();
      tracer.startSpan('child', {}, trace.setSpanContext(ROOT_CONTEXT, REMOTE)).end();
      tracer.startActiveSpan('outer', (outer) => {
        tracer.startSpan('inner').end();
        tracer.startSpan('inner root', { root: true }).end();
        outer.end();
      });
      observe(asked);
    },
    sampler() {
      asked = [];
      return asking(asked);
    },
  },
  {
    claim: 'a sampler that throws records nothing and reaches nobody',
    run({ tracer, observe }) {
      const span = tracer.startSpan('root');
      observe(span.isRecording());
      span.end();
    },
    sampler: () => ({
      shouldSample() {
        throw new Error('hostile');
      },
      toString: () => 'test',
    }),
    differs: {
      because: 'the SDK throws into the application',
      ours: () => ({ spans: [], observed: [false], threw: false }),
    },
  },
];
