// One case on two tracer providers, and what came out of each, in one comparable shape.
import type { Attributes, HrTime, Link, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  type IdGenerator,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type SpanLimits,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type LightSpan, LightTracerProvider } from '@vigil/tracer';
import { attributesObject } from '../src/attribute-list.ts';

export interface Stage {
  readonly tracer: Tracer;
  readonly getTracer: (name: string, version?: string, options?: { schemaUrl?: string }) => Tracer;
  /** Notes a value that must be the same on both providers. */
  readonly observe: (value: unknown) => void;
}

export interface Case {
  readonly claim: string;
  readonly run: (stage: Stage) => void | Promise<void>;
  readonly spanLimits?: SpanLimits;
  readonly sampler?: () => Sampler;
  /** Set where we differ on purpose: why, and our outcome made from the SDK's. */
  readonly differs?: { readonly because: string; readonly ours: (sdk: Outcome) => Outcome };
}

export interface Outcome {
  readonly spans: readonly PlainSpan[];
  readonly observed: readonly unknown[];
  /** True when the application got an exception. */
  readonly threw: boolean;
}

export interface PlainSpan {
  name: unknown;
  kind: number;
  context: unknown;
  parentSpanId: string;
  parentIsRemote: boolean;
  start: unknown;
  end: unknown;
  duration: unknown;
  status: { code: number; message: string };
  attributes: Attributes;
  events: { name: unknown; time: unknown; attributes: Attributes; dropped: number }[];
  links: { context: unknown; attributes: Attributes; dropped: number }[];
  ended: boolean;
  scope: unknown;
  resource: Attributes;
  dropped: readonly [number, number, number];
}

/** Ids that count, so that both providers hand out the same ones. */
class CountingIds implements IdGenerator {
  #count = 0;
  generateTraceId(): string {
    this.#count += 1;
    return this.#count.toString(16).padStart(32, '0');
  }
  generateSpanId(): string {
    this.#count += 1;
    return this.#count.toString(16).padStart(16, '0');
  }
}

/** Any time between start and end of the case, give or take the SDK's whole milliseconds, is "now". */
type TellTime = (time: HrTime) => unknown;

export async function onSdk(given: Case): Promise<Outcome> {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ ...options(given), spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return await play(given, provider, () =>
    exporter.getFinishedSpans().map((span) => (tell) => fromReadable(span, tell)),
  );
}

/** Ours as a foreign exporter sees it, and ours as the encoder reads it: two outcomes that must be one. */
export async function onOurs(given: Case): Promise<{ exported: Outcome; recorded: Outcome }> {
  const exporter = new InMemorySpanExporter();
  const ended: LightSpan[] = [];
  const viewed = new LightTracerProvider({
    ...options(given),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const bare = new LightTracerProvider({
    ...options(given),
    processor: { onStart: () => undefined, onEnd: (span) => ended.push(span), ...NO_LIFE_CYCLE },
  });
  return {
    exported: await play(given, viewed, () => exporter.getFinishedSpans().map((s) => (tell) => fromReadable(s, tell))),
    recorded: await play(given, bare, () => ended.filter(isSampled).map((span) => (tell) => fromRecord(span, tell))),
  };
}

/** The SDK's processors leave out what was recorded without being sampled. */
const isSampled = (span: LightSpan): boolean => (span.flags & 1) === 1;

const NO_LIFE_CYCLE = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };

function options(given: Case) {
  return {
    resource: resourceFromAttributes({ 'service.name': 'shop', 'host.id': 7 }),
    idGenerator: new CountingIds(),
    ...(given.spanLimits && { spanLimits: given.spanLimits }),
    ...(given.sampler && { sampler: given.sampler() }),
  };
}

async function play(
  given: Case,
  provider: { getTracer: Stage['getTracer']; forceFlush(): Promise<void> },
  finished: () => ((tell: TellTime) => PlainSpan)[],
): Promise<Outcome> {
  const observed: unknown[] = [];
  const from = Date.now() - 2;
  let threw = false;
  try {
    const stage = { tracer: provider.getTracer('shop', '1.2.3'), getTracer: provider.getTracer.bind(provider) };
    await given.run({ ...stage, observe: (value) => observed.push(value) });
  } catch {
    threw = true;
  }
  await provider.forceFlush();
  const until = Date.now() + 2;
  const tell: TellTime = (time) => {
    const millis = time[0] * 1000 + time[1] / 1e6;
    return millis >= from && millis <= until ? 'now' : time;
  };
  return { spans: finished().map((span) => span(tell)), observed: observed.map(plain), threw };
}

function fromReadable(span: ReadableSpan, tell: TellTime): PlainSpan {
  const [start, end] = [tell(span.startTime), tell(span.endTime)];
  return {
    name: span.name,
    kind: span.kind,
    context: plainContext(span.spanContext()),
    parentSpanId: span.parentSpanContext?.spanId ?? '',
    parentIsRemote: span.parentSpanContext?.isRemote ?? false,
    start,
    end,
    duration: start === 'now' || end === 'now' ? 'measured' : span.duration,
    status: { code: span.status.code, message: span.status.message ?? '' },
    attributes: span.attributes,
    events: span.events.map((event) => ({
      name: event.name,
      time: tell(event.time),
      attributes: event.attributes ?? {},
      dropped: event.droppedAttributesCount ?? 0,
    })),
    links: span.links.map((link: Link) => ({
      context: plainContext(link.context),
      attributes: link.attributes ?? {},
      dropped: link.droppedAttributesCount ?? 0,
    })),
    ended: span.ended,
    scope: [span.instrumentationScope.name, span.instrumentationScope.version, span.instrumentationScope.schemaUrl].map(
      (text) => text ?? '',
    ),
    resource: span.resource.attributes,
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
  };
}

function fromRecord(span: LightSpan, tell: TellTime): PlainSpan {
  const [start, end] = [tell([span.startSeconds, span.startNanos]), tell([span.endSeconds, span.endNanos])];
  const nanos = span.endNanos - span.startNanos;
  const seconds = span.endSeconds - span.startSeconds;
  const object = (list: readonly unknown[]): Attributes => attributesObject(list) as Attributes;
  return {
    name: span.name,
    kind: span.kind - 1,
    context: plainContext(span.spanContext()),
    parentSpanId: span.parentSpanId,
    parentIsRemote: (span.flags & 0x200) !== 0,
    start,
    end,
    duration: start === 'now' || end === 'now' ? 'measured' : nanos < 0 ? [seconds - 1, nanos + 1e9] : [seconds, nanos],
    status: { code: span.statusCode, message: span.statusMessage },
    attributes: object(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      time: tell([event.seconds, event.nanos]),
      attributes: object(event.attributes),
      dropped: event.droppedAttributesCount,
    })),
    links: span.links.map((link) => ({
      context: [link.traceId, link.spanId, link.flags & 0xff, link.traceState, (link.flags & 0x200) !== 0],
      attributes: object(link.attributes),
      dropped: link.droppedAttributesCount,
    })),
    ended: span.ended,
    scope: [span.scope.name, span.scope.version, span.scope.schemaUrl],
    resource: object(span.resource.attributes),
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
  };
}

function plainContext(context: SpanContext): unknown {
  const state = context.traceState?.serialize() ?? '';
  return [context.traceId, context.spanId, context.traceFlags, state, context.isRemote === true];
}

function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'traceId' in value && 'traceFlags' in value
    ? plainContext(value as SpanContext)
    : value;
}

/** A context like one that arrived in a `traceparent` header. */
export const REMOTE = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
} as const;

/** Calls a method as an untyped application does, with anything. */
export function call(target: Span | Tracer, method: string, ...given: unknown[]): unknown {
  return (target as unknown as Record<string, (...given: unknown[]) => unknown>)[method]?.(...given);
}

/** `startSpan` with anything. */
export function startUntyped(tracer: Tracer, ...given: unknown[]): Span {
  return call(tracer, 'startSpan', ...given) as Span;
}
