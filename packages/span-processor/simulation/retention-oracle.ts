import { Violation } from './violation.ts';

/** What the run knows of one local trace, beside what the trace buffer thinks of it. */
export interface KnownTrace {
  readonly traceId: string;
  readonly route: string;
  /** Sampled flag of a parent in another process; undefined without one. */
  readonly remote: boolean | undefined;
  readonly startMillis: number;
  readonly flags: number;
  /** Before its root ended: after that the verdict stands. */
  hasError: boolean;
  hadErrorEver: boolean;
  /** The root carries the attribute that forces; known to the processor when the root ends. */
  isForcedByRoot: boolean;
  isForced: boolean;
  /** Longer than the threshold, for sure. */
  isSlow: boolean;
  rootEnded: boolean;
  /** What had to become of it when its root ended. */
  verdict: 'keep' | 'drop' | undefined;
}

export interface RetentionOracleOptions {
  readonly headRate: number;
  readonly slowMillis: number;
  readonly now: () => number;
  /** Time of the application's thread: stands still while that does, in the middle of a step. */
  readonly threadMillis: () => number;
  /** False where everything sampled is exported at once, without a trace buffer. */
  readonly buffers: boolean;
  /** Bounds of the trace buffer: as many spans of one trace, and of all, may wait. */
  readonly spansPerTrace: number;
  /** How long one may wait, in the thread's time, with what a loop that is blocked adds. */
  readonly waitMillis: number;
  readonly spans: number;
}

/** Clocks are read at different moments of one event, and thresholds have four digits. */
const MARGIN_MILLIS = 2;
const MARGIN_RATE = 0.001;

/** Decides by itself what must be kept, from the application's side, and compares with what goes into the pipe. */
export class RetentionOracle {
  readonly #options: RetentionOracleOptions;
  readonly #traceOf: (KnownTrace | undefined)[] = [];
  readonly #endedAt: number[] = [];
  /** Spans whose `end` is running; the innermost last. */
  readonly #ending: KnownTrace[] = [];
  isShutDown = false;
  /** Spans that went into the pipe while the innermost span ended. */
  #offered = 0;

  constructor(options: RetentionOracleOptions) {
    this.#options = options;
  }

  begin(facts: Pick<KnownTrace, 'traceId' | 'route' | 'remote' | 'startMillis' | 'flags'>): KnownTrace {
    this.#checkHead(facts);
    return {
      ...facts,
      hasError: false,
      hadErrorEver: false,
      isForcedByRoot: false,
      isForced: false,
      isSlow: false,
      rootEnded: false,
      verdict: undefined,
    };
  }

  belongs(number: number, known: KnownTrace): void {
    this.#traceOf[number] = known;
  }

  ending(number: number, known: KnownTrace, isError: boolean, isRoot: boolean): void {
    this.#endedAt[number] = this.#options.threadMillis();
    this.#ending.push(known);
    this.#offered = 0;
    if (isError && !known.rootEnded) known.hasError = true;
    if (isError) known.hadErrorEver = true;
    if (!isRoot) return;
    const elapsed = this.#options.now() - known.startMillis;
    known.isForced = known.isForcedByRoot;
    known.isSlow = elapsed > this.#options.slowMillis + MARGIN_MILLIS;
    known.rootEnded = true;
    const isBorderline = Math.abs(elapsed - this.#options.slowMillis) <= MARGIN_MILLIS;
    if (known.hasError || known.isForced || known.isSlow || isSampled(known) || isRouteKept(known))
      known.verdict = 'keep';
    else if (!isBorderline) known.verdict = 'drop';
  }

  ended(): void {
    this.#ending.pop();
  }

  /** A span goes into the pipe. */
  offered(number: number, isCritical: boolean): void {
    const known = this.#traceOf[number];
    if (known === undefined) throw new Violation('retention', `span ${number} belongs to no trace`);
    this.#offered += 1;
    const waited = this.#options.threadMillis() - (this.#endedAt[number] ?? Number.POSITIVE_INFINITY);
    if (waited > this.#options.waitMillis)
      throw new Violation('bounds', `span ${number} waited ${waited.toFixed(0)} ms for its verdict`);
    const { spansPerTrace, spans } = this.#options;
    // The one that ends comes on top of those that waited.
    if (this.#ending.length === 1 && this.#offered > Math.min(spansPerTrace, spans) + 1)
      throw new Violation(
        'bounds',
        `${this.#offered} spans of one trace waited, at most ${Math.min(spansPerTrace, spans)} may`,
      );
    if (!this.#options.buffers) {
      if (!isSampled(known)) throw new Violation('retention', `span ${number} of an unsampled trace is exported`);
      return;
    }
    const elapsed = this.#options.now() - known.startMillis;
    const isSurelyFast = known.rootEnded
      ? known.verdict === 'drop'
      : elapsed < this.#options.slowMillis - MARGIN_MILLIS && !known.hasError && !known.isForced;
    if (isSurelyFast && !isSampled(known) && !this.isShutDown)
      throw new Violation('retention', `span ${number} is exported: no error, not slow, not forced, not sampled`);
    const mustBeCritical = known.hasError || known.isForced || known.isSlow;
    if (mustBeCritical && !isCritical)
      throw new Violation(
        'retention',
        `span ${number} of a trace ${why(known)} is not critical, ${elapsed} ms after its start`,
      );
    if (isCritical && !mustBeCritical && !known.hadErrorEver && elapsed < this.#options.slowMillis - MARGIN_MILLIS)
      throw new Violation('retention', `span ${number} of an ordinary trace uses the reserve`);
  }

  /** Spans of the trace whose span ends right now are given up by sampling; of any trace when no span ends. */
  sampledOut(count: number): void {
    const known = this.#ending.at(-1);
    if (known === undefined || count === 0) return;
    if (!this.#options.buffers) {
      if (isSampled(known)) throw new Violation('retention', `${count} spans of a sampled trace are sampled out`);
      return;
    }
    if (known.verdict === 'keep' || (!known.rootEnded && (known.hasError || known.isForced || isSampled(known))))
      throw new Violation('retention', `${count} spans are sampled out of a trace ${why(known)}`);
  }

  /** The head decision, recomputed from the trace id. */
  #checkHead({ traceId, route, remote, flags }: Pick<KnownTrace, 'traceId' | 'route' | 'remote' | 'flags'>): void {
    const sampled = (flags & 1) === 1;
    if (remote !== undefined) {
      if (sampled !== remote)
        throw new Violation(
          'sampler',
          `parent ${remote ? 'is' : 'is not'} sampled, the root ${sampled ? 'is' : 'is not'}`,
        );
      return;
    }
    const rate = route === '/healthz' ? 0 : route === '/checkout' ? 1 : this.#options.headRate;
    const draw = Number.parseInt(traceId.slice(18), 16) / 2 ** 56;
    if (Math.abs(draw - (1 - rate)) < MARGIN_RATE && rate !== 0 && rate !== 1) return;
    const expected = rate > 0 && draw >= 1 - rate;
    if (sampled !== expected)
      throw new Violation(
        'sampler',
        `trace ${traceId} on ${route} at rate ${rate}: sampled ${sampled}, expected ${expected}`,
      );
  }
}

/** A rule keeps every trace of this route, also where a parent elsewhere was not sampled. */
const isRouteKept = ({ route }: KnownTrace): boolean => route === '/checkout';

const isSampled = ({ flags }: KnownTrace): boolean => (flags & 1) === 1;

const why = (known: KnownTrace): string =>
  [
    known.hasError && 'with an error',
    known.isForced && 'by force',
    known.isSlow && 'that is slow',
    isSampled(known) && 'that is sampled',
  ]
    .filter(Boolean)
    .join(', ');
