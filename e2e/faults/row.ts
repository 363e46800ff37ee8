/** What the pipeline promises (docs/faults.md). */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10';

/** Who is put into the bed: Vigil, upstream's BatchSpanProcessor with its OTLP exporter, dd-trace. */
export type Subject = 'vigil' | 'upstream' | 'dd-trace';

/** What a row needs of the machine; a row whose need is missing is listed with the reason, not run. */
export type Need = 'root' | 'netns' | 'iptables' | 'cgroup' | 'tmpfs' | 'compiler' | 'stack';

/** One claim of a row and what was seen. */
export interface Check {
  readonly invariant: Invariant;
  /** With its number: "at most 30 requests a minute reach the sick side". */
  readonly claim: string;
  /** Undecided when the measurement could not tell, however long it went on. */
  readonly verdict: 'held' | 'broken' | 'undecided';
  /** What was measured, with its unit. */
  readonly seen: string;
}

export interface RowOutcome {
  readonly checks: readonly Check[];
  /** For the tables: name with unit → value. */
  readonly figures: Readonly<Record<string, number | string>>;
}

/** How long a row compares the sick application with the healthy one. */
export interface Effort {
  /** Pairs of load windows before the first look at the interval. */
  readonly minimumPairs: number;
  /** Then it is undecided. */
  readonly maximumPairs: number;
  readonly windowMillis: number;
  /** False in CI: throughput, latencies and memory are reported and only the terrible is called broken. */
  readonly judgesTimes: boolean;
}

export interface RowContext {
  readonly subject: Subject;
  readonly effort: Effort;
  /** An empty folder of this run's own, removed afterwards. */
  readonly folder: string;
  readonly seed: number;
  /** A line for whoever watches. */
  progress(text: string): void;
  /** Set when the run is to end: close what was opened, then return or throw. */
  readonly signal: AbortSignal;
}

/** One row of the catalogue: a fault made on real processes. */
export interface FaultRow {
  /** The catalogue's number, `F3`; with a word where the number stands for several: `F15 mid-body`. */
  readonly id: string;
  readonly fault: string;
  readonly load: string;
  readonly expected: string;
  readonly needs: readonly Need[];
  readonly subjects: readonly Subject[];
  /** In CI's selection, which has 4 minutes in all. */
  readonly inSelection: boolean;
  /** Seconds it usually takes, for the progress line. */
  readonly typicalSeconds: number;
  run(context: RowContext): Promise<RowOutcome>;
}
