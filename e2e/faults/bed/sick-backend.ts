import type { Check, Need, Subject } from '../row.ts';
import type { BedApplication } from './application/bed-application.ts';
import type { Backend, OpenRoute, Route } from './backend.ts';
import type { SickReading } from './sick-reading.ts';

/** A fault of the backend, or of the way to it, and what an application may feel of it. */
export interface SickBackend<Way extends Route = Route> {
  /** As in the catalogue: `F3`, `F15 mid-body`. */
  readonly id: string;
  readonly fault: string;
  readonly expected: string;
  /** Default: none. */
  readonly needs?: readonly Need[];
  /** Default: all. */
  readonly subjects?: readonly Subject[];
  /** In CI's selection. Default: false. */
  readonly inSelection?: boolean;
  /** Default: straight to the sink. */
  readonly route?: OpenRoute<Way>;
  /** For both applications. */
  readonly environment?: Readonly<Record<string, string>>;
  /** For the sick one only: environment, flags of Node (before those of the telemetry), a command in front of it. */
  readonly sickOnly?: SickOnly;
  /** The fault is there before the application starts. Default: it comes under load. */
  readonly fromStart?: boolean;
  /** Makes it sick; `application` is undefined when it has not started yet. Called again for the application's second life. */
  sicken(backend: Backend<Way>, application: BedApplication | undefined): Promise<void>;
  /** Makes it well again. Without it, recovery is not judged. */
  readonly heal?: (backend: Backend<Way>, application: BedApplication) => Promise<void>;
  readonly bounds?: Partial<SickBounds>;
  /** Further claims of this row, from everything that was seen. */
  readonly also?: (seen: SickReading) => readonly Check[];
}

export interface SickOnly {
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly command?: readonly string[];
}

/** What is allowed; a row changes what its fault makes different. */
export interface SickBounds {
  /**
   * Most requests to the sick side. Default: 110 % of what the healthy one got for the same load, three attempts of each of three
   * signals until the breaker is open, and a probe every 4 s (5 s less its jitter).
   */
  readonly requests: (sickSeconds: number, healthyRequests: number) => number;
  /** From healing to the first span taken. Default: the longest wait between two probes with its jitter, and 1 s: 37. */
  readonly recoverySeconds: number;
  /** From SIGTERM to the end, with the fault there. Default: 2, and half a second for the machine. */
  readonly stopSeconds: number;
  /** Resident memory above the healthy application. Default: 40. */
  readonly rssMib: number;
}

export const DEFAULT_SICK_BOUNDS: SickBounds = {
  requests: (sickSeconds, healthyRequests) => Math.ceil(1.1 * healthyRequests + 9 + sickSeconds / 4),
  recoverySeconds: 37,
  stopSeconds: 2.5,
  rssMib: 40,
};
