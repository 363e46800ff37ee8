import type { Sink } from '@vigil-internal/otlp-sink';
import type { BedApplication } from './application/bed-application.ts';
import type { ApplicationEnd, Life } from './sick-reading.ts';
import { unbalanced } from './vitals-watch.ts';

/** What upstream's batch processor says when its queue was full; dd-trace says nothing. */
const DROPPED = /Dropped (\d+) spans/;

/** Spans a healthy application delivers. */
export interface SpansExpected {
  readonly perRequest: number;
  /** At its start, whatever it is asked. */
  readonly once: number;
}

/** The account of a life that has ended; `spans` is unknown where a fault makes spans of its own. */
export async function accountOf(
  application: BedApplication,
  sink: Sink,
  spans: SpansExpected | undefined,
  end: ApplicationEnd,
): Promise<Life> {
  const { now, reports, lines, options } = application;
  const tally = await sink.tally();
  const { ledger, served } = now;
  const expected = spans === undefined ? Number.NaN : served * spans.perRequest + spans.once;
  const told = lines.reduce((sum, { text }) => sum + Number(DROPPED.exec(text)?.[1] ?? 0), 0);
  const lost = ledger === undefined ? 0 : Object.values(ledger.lost).reduce((sum, count) => sum + count, 0);
  return {
    served,
    ended: ledger?.ended ?? expected,
    expected,
    ledger,
    unbalanced: unbalanced(reports),
    unique: tally.services[options.name] ?? 0,
    again: tally.spans.again,
    altered: tally.spans.altered,
    backwards: tally.spans.backwards,
    counted: ledger === undefined ? told : lost + ledger.sampledOut,
    end,
  };
}

/** Spans that nobody has and nobody counted, or that are counted and there all the same: 0 where the account is right. */
export function unaccounted({ ended, unique, counted, ledger }: Life): number {
  const missing = ended - unique - counted - (ledger?.queued ?? 0);
  return missing < 0 ? -missing : Math.max(0, missing - unanswered(ledger));
}

/** Spans that may be at the sink or not: sent and not answered for, or on their way when the process ended. */
export const unanswered = (ledger: Life['ledger']): number => (ledger?.unconfirmed ?? 0) + (ledger?.inflight ?? 0);
