import type { ExporterLossReason } from '@vigil/conventions';
import type { Clock } from '../clock.ts';
import { verdictOf } from '../export-loop/verdict.ts';
import type { AttemptOutcome, Signal, Transport } from './transport.ts';

/** One attempt that is over. */
export interface AttemptReport {
  readonly signal: Signal;
  readonly millis: number;
  /** Of the answer, if one came. */
  readonly statusCode: number | undefined;
  /** Undefined when the receiver took the body. */
  readonly reason: ExporterLossReason | undefined;
}

/** Measures the attempts of a transport and reports each before its outcome is settled. */
export function timedTransport(wire: Transport, clock: Clock, report: (attempt: AttemptReport) => void): Transport {
  return {
    send(attempt, settled) {
      const startedMillis = clock.monotonicMillis();
      wire.send(attempt, (outcome) => {
        report({
          signal: attempt.signal,
          millis: clock.monotonicMillis() - startedMillis,
          statusCode: outcome.kind === 'answered' ? outcome.statusCode : undefined,
          reason: reasonOf(outcome),
        });
        settled(outcome);
      });
    },
    close: () => wire.close(),
  };
}

function reasonOf(outcome: AttemptOutcome): ExporterLossReason | undefined {
  const verdict = verdictOf(outcome);
  if (verdict.kind === 'accepted') return undefined;
  return verdict.kind === 'too_large' ? '413' : verdict.reason;
}
