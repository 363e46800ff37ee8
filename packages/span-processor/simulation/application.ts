import { type Context, ROOT_CONTEXT, type Span, TraceFlags, trace } from '@opentelemetry/api';
import { type LightSpanProcessor, LightTracerProvider, type SpanTimeSource } from '@vigil/tracer';
import type { ConsistentSampler } from '../src/index.ts';
import type { EventLog } from './event-log.ts';
import { makeHostile } from './hostile.ts';
import type { Oracle } from './oracle.ts';
import type { KnownTrace, RetentionOracle } from './retention-oracle.ts';
import type { Load } from './scenario.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface ApplicationOptions {
  readonly time: VirtualTime;
  readonly timeSource: SpanTimeSource;
  readonly random: SeededRandom;
  readonly log: EventLog;
  readonly oracle: Oracle;
  readonly retention: RetentionOracle;
  readonly load: Load;
  readonly sampler: ConsistentSampler;
  readonly processor: LightSpanProcessor;
  readonly slowMillis: number;
  readonly maxHoldMillis: number;
}

const SCOPES = ['http', 'pg', 'redis', 'shop'] as const;
const ROUTES = ['/ping', '/orders/:id', '/healthz', '/checkout'] as const;

/** The application: it makes traces of every kind, on the main thread, through the API. */
export class Application {
  readonly #options: ApplicationOptions;
  readonly #provider: LightTracerProvider;
  readonly #random: SeededRandom;
  #number = 0;
  #isStopped = false;
  /** Spans somebody left open, for re-entrant ends. */
  readonly #open: { span: Span; number: number; known: KnownTrace }[] = [];

  constructor(options: ApplicationOptions) {
    this.#options = options;
    this.#random = options.random;
    const { random, timeSource, sampler, processor } = options;
    const hex = (digits: number) => {
      let text = '';
      while (text.length < digits) text += random.integer(0, 0xffff_ffff).toString(16).padStart(8, '0');
      return text.slice(0, digits);
    };
    this.#provider = new LightTracerProvider({
      resource: { attributes: { 'service.name': 'simulated' } },
      sampler,
      processor,
      timeSource,
      idGenerator: {
        generateTraceId: () => hex(32),
        generateSpanId: () => this.#number.toString(16).padStart(16, '0'),
      },
    });
  }

  /** Plans all traces of the run. */
  start(endMillis: number): void {
    const { time, load } = this.#options;
    let at = this.#random.next() * load.meanGapMillis;
    while (at < endMillis) {
      time.schedule('main', at, 'trace', () => this.#isStopped || this.trace());
      at += load.meanGapMillis * -Math.log(1 - this.#random.next());
    }
    if (load.burst !== undefined) {
      const { traces } = load.burst;
      time.schedule('main', load.burst.at, 'burst', () => this.#isStopped || this.burst(traces));
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** What it does while the worker is in the middle of something. */
  interrupt(): void {
    if (this.#isStopped) return;
    for (let index = this.#random.integer(1, 3); index > 0; index--) this.trace();
  }

  burst(traces: number): void {
    for (let index = 0; index < traces; index++) this.trace();
  }

  /** One trace that is kept whatever the sampler says. */
  surelyKept(): void {
    const { span, number, known } = this.#root(ROOT_CONTEXT, '/checkout', undefined);
    span.setStatus({ code: 2 });
    this.#end(span, number, known, true, true, false);
  }

  trace(): void {
    const random = this.#random;
    const { load, slowMillis, maxHoldMillis, time } = this.#options;
    const remote = random.weighted<boolean | undefined>([
      [8, undefined],
      [1, true],
      [1, false],
    ]);
    const { span, number, known } = this.#root(this.#remoteContext(remote), random.pick(ROUTES), remote);
    const context = trace.setSpan(ROOT_CONTEXT, span);
    const hasError = random.chance(load.errorShare);
    const children = random.integer(0, load.spansPerTraceMaximum - 1);
    const isInstant = random.chance(0.5);
    const millis = random.chance(load.longLivedShare)
      ? maxHoldMillis * (0.5 + random.next())
      : random.chance(load.slowShare)
        ? slowMillis * (1.02 + random.next())
        : random.next() * slowMillis * 0.5;
    const errorAt = hasError ? random.integer(-1, children - 1) : -2;
    if (random.chance(0.03)) {
      known.isForcedByRoot = true;
      span.setAttribute('vigil.sampling.force', true);
    }
    for (let index = 0; index < children; index++) {
      const child = this.#child(context, known);
      const isError = errorAt === index;
      const endChild = () => this.#end(child.span, child.number, known, isError, false);
      const isLate = random.chance(load.lateChildShare);
      if (isLate) time.schedule('main', millis + random.next() * 3_000, 'late child', endChild);
      else if (isInstant) endChild();
      else time.schedule('main', random.next() * millis, 'child', endChild);
    }
    const endRoot = () => this.#end(span, number, known, errorAt === -1, true);
    if (isInstant && millis < slowMillis) endRoot();
    else time.schedule('main', millis, 'root', endRoot);
  }

  #remoteContext(isSampled: boolean | undefined): Context {
    if (isSampled === undefined) return ROOT_CONTEXT;
    const hex = () => this.#random.integer(1, 0xffff_ffff).toString(16).padStart(8, '0');
    return trace.setSpanContext(ROOT_CONTEXT, {
      traceId: hex() + hex() + hex() + hex(),
      spanId: hex() + hex(),
      traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      isRemote: true,
    });
  }

  #root(context: Context, route: string, remote: boolean | undefined) {
    const { retention, timeSource } = this.#options;
    const { span, number } = this.#start(context, 'http', { 'http.route': route });
    const known = retention.begin({
      traceId: span.spanContext().traceId,
      route,
      remote,
      startMillis: timeSource.monotonicMillis(),
      flags: span.spanContext().traceFlags,
    });
    retention.belongs(number, known);
    return { span, number, known };
  }

  #child(context: Context, known: KnownTrace) {
    const { retention } = this.#options;
    const child = this.#start(context, this.#random.pick(SCOPES), {});
    retention.belongs(child.number, known);
    if (this.#random.chance(0.05) && this.#open.length < 20) this.#open.push({ ...child, known });
    return child;
  }

  #start(context: Context, scope: string, attributes: Record<string, string>) {
    const name = `op-${this.#options.oracle.spans.length + 1}`;
    const number = this.#options.oracle.make(name, scope);
    this.#number = number;
    const span = this.#provider.getTracer(scope, '1').startSpan(name, { attributes }, context);
    if (!span.isRecording()) throw new Error('a span is not recorded');
    return { span, number };
  }

  #end(span: Span, number: number, known: KnownTrace, isError: boolean, isRoot: boolean, mayBeHostile = true): void {
    if (!span.isRecording()) return;
    const { random, load, oracle, retention } = this.#options;
    if (mayBeHostile && random.chance(load.hostileShare)) makeHostile(span, random, () => this.#endAnother(number));
    if (isError) span.setStatus({ code: 2, message: 'failed' });
    oracle.end(number);
    retention.ending(number, known, isError, isRoot);
    span.end();
    retention.ended();
  }

  /** An attribute's getter that ends another span while the first is being encoded. */
  #endAnother(number: number): void {
    const another = this.#open.pop();
    if (another === undefined || another.number === number) return;
    this.#end(another.span, another.number, another.known, false, false);
  }
}
