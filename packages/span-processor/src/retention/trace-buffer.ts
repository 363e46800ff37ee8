import type { ProcessorLossReason } from '@vigil/conventions';
import type { Clock, TimerHandle, Timers } from '@vigil/otlp-exporter/core';
import { DROPPED, DROPPED_EARLY, KEPT, type LocalTrace, OPEN, type SamplingRule } from './local-trace.ts';
import { WaitingTraces } from './waiting-traces.ts';

/** Where the buffer books the spans it does not send; the ledger's main-thread side. */
export interface TraceAccounts {
  held(delta: number): void;
  sampledOut(count: number): void;
  lost(reason: ProcessorLossReason, count: number): void;
}

export interface TraceBufferBounds {
  /** Spans of one trace that wait for its verdict. */
  readonly maxSpansPerTrace: number;
  /** Estimated bytes of one trace that wait. */
  readonly maxBytesPerTrace: number;
  /** Spans of all traces that wait. */
  readonly maxSpans: number;
  readonly maxBytes: number;
  /** A trace that holds spans for longer is decided with what is known. */
  readonly maxHoldMillis: number;
}

export interface TraceBufferParts<Span> {
  readonly bounds: TraceBufferBounds;
  readonly accounts: TraceAccounts;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Takes a span whose trace is kept: books it as enqueued or lost. Never throws. */
  readonly send: (span: Span, trace: LocalTrace<Span>) => void;
  /** After how many milliseconds a trace that still runs is slow. Never throws. */
  readonly slowAfterMillis: (root: Span | undefined) => number;
}

/** What the end of a local root says about its trace, beside error and force. */
export interface RootFacts {
  readonly isSlow: boolean;
  /** A route rule samples it, which the head decision could not know. */
  readonly isRouteKept: boolean;
}

/** Traces and held spans that one sweep may send or drop; the rest waits for the next: no long stall after a burst of long traces. */
const SWEEP_SPANS = 2_000;
const SWEEP_PAUSE_MILLIS = 10;

/**
 * Holds the spans of each local trace until its local root ends, then sends all or none. Within the bounds every trace with
 * an error, a slow root or force is sent whole. At a bound a trace whose keeping is certain is sent early and goes on
 * unbuffered; of the others new spans are only counted: `trace_buffer_full` if the trace is kept in the end, sampled out if
 * not. Local roots and spans with an error never need room.
 */
export class TraceBuffer<Span> {
  readonly #parts: TraceBufferParts<Span>;
  readonly #waiting = new WaitingTraces<Span>();
  #spans = 0;
  #bytes = 0;
  #timer: TimerHandle | undefined = undefined;

  constructor(parts: TraceBufferParts<Span>) {
    this.#parts = parts;
  }

  /** Spans held now; what is only counted is not among them. */
  get spans(): number {
    return this.#spans;
  }

  /** Estimated bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A span that is not the local root ended. */
  childEnded(trace: LocalTrace<Span>, span: Span, bytes: number, isError: boolean, isForced: boolean): void {
    this.#note(trace, isError, isForced);
    if (trace.state === OPEN) this.#hold(trace, span, bytes);
    else if (trace.state === KEPT || (trace.state === DROPPED_EARLY && this.#reopens(trace, undefined)))
      this.#parts.send(span, trace);
    else this.#parts.accounts.sampledOut(1);
  }

  /** The local root ended: the verdict. */
  rootEnded(trace: LocalTrace<Span>, root: Span, isError: boolean, isForced: boolean, facts: RootFacts): void {
    this.#note(trace, isError, isForced);
    if (facts.isSlow) trace.isCritical = true;
    if (trace.state === OPEN) {
      if (trace.isSampled || ruleOf(trace, facts) !== undefined) this.#keep(trace, ruleOf(trace, facts), false);
      else this.#drop(trace, DROPPED);
    } else if (trace.state === DROPPED_EARLY && !this.#reopens(trace, facts)) trace.state = DROPPED;
    trace.root = undefined;
    if (trace.state === KEPT) this.#parts.send(root, trace);
    else this.#parts.accounts.sampledOut(1);
  }

  /** Decides every trace that holds spans, with what is known: before the process ends. */
  settle(): void {
    for (let trace = this.#waiting.first; trace !== undefined; trace = this.#waiting.first) this.#decideEarly(trace);
    if (this.#timer !== undefined) this.#parts.timers.clear(this.#timer);
    this.#timer = undefined;
  }

  #note(trace: LocalTrace<Span>, isError: boolean, isForced: boolean): void {
    if (isError) trace.hasError = true;
    if (isForced) trace.isForced = true;
    if (isError || isForced) trace.isCritical = true;
  }

  #hold(trace: LocalTrace<Span>, span: Span, bytes: number): void {
    const { bounds, accounts, clock } = this.#parts;
    const isFull =
      (trace.held?.length ?? 0) >= bounds.maxSpansPerTrace ||
      trace.heldBytes + bytes > bounds.maxBytesPerTrace ||
      this.#spans >= bounds.maxSpans ||
      this.#bytes + bytes > bounds.maxBytes;
    if (!trace.isLinked) this.#wait(trace, clock.monotonicMillis());
    if (isFull && this.#isCertain(trace, clock.monotonicMillis())) {
      this.#keep(trace, ruleOf(trace, EARLY_SLOW), false);
      this.#parts.send(span, trace);
      return;
    }
    accounts.held(1);
    if (isFull) {
      trace.cut += 1;
      return;
    }
    if (trace.held === undefined) trace.held = [span];
    else trace.held.push(span);
    trace.heldBytes += bytes;
    this.#spans += 1;
    this.#bytes += bytes;
  }

  #wait(trace: LocalTrace<Span>, now: number): void {
    trace.firstHeldMillis = now;
    this.#waiting.add(trace);
    if (this.#timer === undefined) this.#sweepAfter(this.#parts.bounds.maxHoldMillis);
  }

  /** Whether nothing that is still to come can make the trace dropped. */
  #isCertain(trace: LocalTrace<Span>, now: number): boolean {
    if (trace.isSampled || trace.hasError || trace.isForced) return true;
    if (now - trace.firstHeldMillis <= this.#parts.slowAfterMillis(trace.root)) return false;
    trace.isCritical = true;
    return true;
  }

  #decideEarly(trace: LocalTrace<Span>): void {
    if (this.#isCertain(trace, this.#parts.clock.monotonicMillis())) this.#keep(trace, ruleOf(trace, EARLY_SLOW), true);
    else this.#drop(trace, DROPPED_EARLY);
  }

  /** Whether a trace that was dropped at its deadline must be kept after all; what is sent from now on is a part of it. */
  #reopens(trace: LocalTrace<Span>, facts: RootFacts | undefined): boolean {
    const rule = ruleOf(trace, facts);
    if (rule === undefined) return false;
    trace.state = KEPT;
    trace.rule = rule;
    trace.isPartial = true;
    return true;
  }

  #keep(trace: LocalTrace<Span>, rule: SamplingRule | undefined, isPartial: boolean): void {
    const { held, cut } = trace;
    trace.state = KEPT;
    trace.rule = trace.isSampled ? undefined : rule;
    trace.isPartial = isPartial || cut > 0;
    this.#release(trace);
    if (cut > 0) this.#parts.accounts.lost('trace_buffer_full', cut);
    if (held === undefined) return;
    for (const span of held) this.#parts.send(span, trace);
  }

  #drop(trace: LocalTrace<Span>, state: typeof DROPPED | typeof DROPPED_EARLY): void {
    const count = (trace.held?.length ?? 0) + trace.cut;
    trace.state = state;
    this.#release(trace);
    if (count > 0) this.#parts.accounts.sampledOut(count);
  }

  #release(trace: LocalTrace<Span>): void {
    if (!trace.isLinked) return;
    const held = trace.held?.length ?? 0;
    this.#waiting.remove(trace);
    this.#spans -= held;
    this.#bytes -= trace.heldBytes;
    this.#parts.accounts.held(-(held + trace.cut));
    trace.held = undefined;
    trace.heldBytes = 0;
    trace.cut = 0;
  }

  #sweepAfter(millis: number): void {
    this.#timer = this.#parts.timers.set(() => this.#sweep(), millis);
  }

  #sweep(): void {
    const { bounds, clock } = this.#parts;
    const now = clock.monotonicMillis();
    this.#timer = undefined;
    let spans = 0;
    for (let trace = this.#waiting.first; trace !== undefined; trace = this.#waiting.first) {
      const remaining = trace.firstHeldMillis + bounds.maxHoldMillis - now;
      if (remaining > 0) {
        this.#sweepAfter(remaining);
        return;
      }
      if (spans >= SWEEP_SPANS) {
        this.#sweepAfter(SWEEP_PAUSE_MILLIS);
        return;
      }
      // A trace takes time itself: behind a full buffer there may be a hundred thousand that hold nothing.
      spans += 1 + (trace.held?.length ?? 0);
      this.#decideEarly(trace);
    }
  }
}

/** A trace that still runs and is certain without error or force is slow already. */
const EARLY_SLOW: RootFacts = { isSlow: true, isRouteKept: false };

function ruleOf(trace: LocalTrace<unknown>, facts: RootFacts | undefined): SamplingRule | undefined {
  if (trace.isForced) return 'forced';
  if (trace.hasError) return 'error';
  if (facts?.isSlow === true) return 'slow';
  return facts?.isRouteKept === true ? 'route' : undefined;
}
