/** Why a trace is kept although head sampling did not choose it; value of the attribute `sampling.rule`. */
export const SAMPLING_RULES = ['forced', 'error', 'slow', 'route'] as const;
export type SamplingRule = (typeof SAMPLING_RULES)[number];

/** What is known of a trace's fate. */
export const OPEN = 0;
export const KEPT = 1;
export const DROPPED = 2;
/** Dropped before its local root ended: an error that still comes reopens it. */
export const DROPPED_EARLY = 3;
export type TraceState = typeof OPEN | typeof KEPT | typeof DROPPED | typeof DROPPED_EARLY;

/**
 * The spans of one trace below one local root: what one process did for one request. Spans point to it (`localTrace`), so it
 * is found without a lookup and goes with the last of them. All fields are there from the start, in one shape.
 */
export class LocalTrace<Span> {
  state: TraceState = OPEN;
  /** Set when kept by rule; undefined when head sampling chose the trace. */
  rule: SamplingRule | undefined = undefined;
  /** Its spans may use the part of the ring that is reserved. */
  isCritical = false;
  /** Parts are missing, or were not there yet when the rest was sent. */
  isPartial = false;
  readonly isSampled: boolean;
  hasError = false;
  isForced = false;
  /** Until the verdict; for what the root's route says. */
  root: Span | undefined;
  readonly rootSpanId: string;
  /** Ended spans that wait for the verdict. */
  held: Span[] | undefined = undefined;
  heldBytes = 0;
  /** Ended spans that the bounds had no room for: they wait for the verdict as a number. */
  cut = 0;
  firstHeldMillis = 0;
  isLinked = false;
  previous: LocalTrace<Span> | undefined = undefined;
  next: LocalTrace<Span> | undefined = undefined;

  constructor(root: Span, rootSpanId: string, isSampled: boolean) {
    this.root = root;
    this.rootSpanId = rootSpanId;
    this.isSampled = isSampled;
  }
}
