/** How an instrumentation sees its library. */
export type Mechanism = 'channel' | 'patch' | 'observation';

/** What one instrumentation has come to: for the line at start and for `diagnose()`. */
export interface InstrumentationStatus {
  /** As in `OTEL_NODE_ENABLED_INSTRUMENTATIONS`: `http`, `drizzle`. */
  readonly name: string;
  readonly isEnabled: boolean;
  /** What it has got hold of so far: a library, its version where it has one, and how. A library loaded later comes later. */
  readonly instrumented: readonly InstrumentedLibrary[];
  /** Libraries that were loaded and are not instrumented, each with the reason. */
  readonly refused: readonly RefusedLibrary[];
}

export interface InstrumentedLibrary {
  readonly library: string;
  readonly version: string | undefined;
  readonly mechanism: Mechanism;
  /** ES module, CommonJS, or both for what Node.js itself brings. */
  readonly module: 'esm' | 'cjs' | 'builtin';
}

export interface RefusedLibrary {
  readonly library: string;
  readonly version: string | undefined;
  /** One line: what was expected, what was found. */
  readonly reason: string;
}

/** The one shape all instrumentations have. No method throws. */
export interface Instrumentation {
  readonly name: string;
  /** Subscribes, and patches what is patched. Twice is once. */
  enable(): void;
  /** From here on the library behaves as without Vigil, also where a patch stays in its place. Twice is once. */
  disable(): void;
  status(): InstrumentationStatus;
}
