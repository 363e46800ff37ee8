import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';
import type { Subject } from '../row.ts';

/** One load window on each side, close together. */
export interface WindowPair {
  readonly sick: LoadWindow;
  readonly healthy: LoadWindow;
}

export interface LoadWindow {
  readonly requestsPerSecond: number;
  readonly requests: number;
  /** Answers that were no success, and requests that got none. */
  readonly errors: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  /** Of all its threads. */
  readonly cpuMicrosPerRequest: number;
}

/** What one application was like while its backend, or its neighbour's, was sick. */
export interface SideReading {
  /** 99 % of the event loop's delays were below, for each quarter of a second. */
  readonly loopDelaysP99Millis: readonly number[];
  readonly loopDelayMaximumMillis: number;
  readonly rssMib: number;
  readonly threads: number;
  /** Most sockets it had open towards its backend at a time. */
  readonly sockets: number;
  /** Requests it made to its backend, all signals. */
  readonly requests: number;
  /** Lines it wrote, by what they say with the numbers left out, and when (milliseconds of the bed's clock). */
  readonly lines: ReadonlyMap<string, readonly number[]>;
}

/** An application from its start to its end, and what the sink has of it. */
export interface Life {
  /** Requests it served, counted inside. */
  readonly served: number;
  /** Spans that ended: the ledger's number, or requests × spans a request where there is no ledger. */
  readonly ended: number;
  /** What requests × spans a request says; not a number where a fault makes spans of its own. */
  readonly expected: number;
  readonly ledger: LedgerSnapshot | undefined;
  /** Reports of the application in which its ledger did not add up. */
  readonly unbalanced: number;
  /** Different spans at the sink. */
  readonly unique: number;
  /** Spans that came once more. */
  readonly again: number;
  /** Spans that came once more with other bytes. */
  readonly altered: number;
  /** Spans that ended before they began. */
  readonly backwards: number;
  /** Spans it said it lost, in its ledger or its log. */
  readonly counted: number;
  readonly end: ApplicationEnd;
}

export interface ApplicationEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** From the signal to the end of the process. */
  readonly seconds: number;
  /** It did not end by itself and was killed. */
  readonly killed: boolean;
}

/** Everything that was seen while a backend was sick, and after. */
export interface SickReading {
  readonly subject: Subject;
  /** From the fault to its end, under load all the time. */
  readonly sickSeconds: number;
  readonly pairs: readonly WindowPair[];
  readonly sick: SideReading;
  readonly healthy: SideReading;
  /** From healing to the first span the sink took; undefined when it was not healed, infinite when none came. */
  readonly recoverySeconds: number | undefined;
  /** Until it answered its first request. */
  readonly startMillis: { readonly sick: number; readonly healthy: number };
  /** The life that saw sickness and healing. */
  readonly first: Life;
  /** The lives that ended with the fault there. */
  readonly ended: readonly SickLife[];
}

/** What an application does at SIGTERM: closes its server and lets the process end, or nothing. */
export type OnSigterm = 'drain' | 'none';

export interface SickLife {
  readonly onSigterm: OnSigterm;
  readonly life: Life;
  /** How the same application ends without any telemetry. */
  readonly bareEnd: ApplicationEnd;
}
