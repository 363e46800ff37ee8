import type { BedApplication, WitnessReport } from './application/bed-application.ts';
import type { Vitals } from './application/process-vitals.ts';
import type { SideReading } from './sick-reading.ts';

const LOOK_MILLIS = 250;

/** Looks at one application from outside, four times a second, from now until {@link VitalsWatch.end}. */
export class VitalsWatch {
  readonly #application: BedApplication;
  readonly #sinceMillis = performance.now();
  readonly #requestsBefore: number;
  readonly #seen: Vitals[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(application: BedApplication) {
    this.#application = application;
    this.#requestsBefore = application.now.requests;
    this.#timer = setInterval(() => {
      const vitals = application.vitals();
      if (vitals !== undefined) this.#seen.push(vitals);
    }, LOOK_MILLIS).unref();
  }

  end(): SideReading {
    clearInterval(this.#timer);
    const { reports, lines, now } = this.#application;
    const delays = reports
      .filter(({ atMillis }) => atMillis >= this.#sinceMillis)
      .map(({ report }) => report.loopDelay)
      .filter((delay) => delay !== undefined);
    const most = (of: (vitals: Vitals) => number) => Math.max(0, ...this.#seen.map(of));
    return {
      loopDelaysP99Millis: delays.map(({ p99 }) => p99),
      loopDelayMaximumMillis: Math.max(0, ...delays.map(({ maximum }) => maximum)),
      rssMib: median(this.#seen.slice(-Math.ceil(this.#seen.length / 2)).map(({ rssMib }) => rssMib)),
      threads: most(({ threads }) => threads),
      sockets: most(({ sockets }) => sockets),
      requests: now.requests - this.#requestsBefore,
      lines: causesOf(lines.filter(({ atMillis }) => atMillis >= this.#sinceMillis)),
    };
  }
}

/** Lines that differ only in their numbers have one cause. */
export function causesOf(
  lines: readonly { readonly atMillis: number; readonly text: string }[],
): Map<string, number[]> {
  const causes = new Map<string, number[]>();
  for (const { atMillis, text } of lines) {
    const cause = text.replace(/[0-9a-f]*\d[0-9a-f.]*/gi, '#');
    causes.set(cause, [...(causes.get(cause) ?? []), atMillis]);
  }
  return causes;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Reports in which the ledger did not add up: there must be none at any time. */
export function unbalanced(reports: readonly { readonly report: WitnessReport }[]): number {
  return reports.filter(({ report: { ledger } }) => {
    if (ledger === undefined) return false;
    const lost = Object.values(ledger.lost).reduce((sum, count) => sum + count, 0);
    const placed = ledger.sampledOut + ledger.accepted + lost + ledger.unconfirmed + ledger.queued + ledger.inflight;
    return placed !== ledger.ended;
  }).length;
}
