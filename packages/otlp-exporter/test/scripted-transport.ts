import type { Attempt, AttemptOutcome, Transport } from '../src/transport/transport.ts';

/** An attempt as the transport saw it; `settle` may be called too late or twice. */
export interface SeenAttempt extends Attempt {
  settled: boolean;
  settle(outcome: AttemptOutcome): void;
}

export const answered = (statusCode: number, retryAfter?: string, body = new Uint8Array(0)): AttemptOutcome => ({
  kind: 'answered',
  statusCode,
  retryAfter,
  contentType: 'application/x-protobuf',
  body,
});

export const failed = (
  reason: Extract<AttemptOutcome, { kind: 'failed' }>['reason'],
  maybeAccepted = false,
): AttemptOutcome => ({ kind: 'failed', reason, maybeAccepted });

/** An ExportTracePartialSuccess that rejects so many, below 128. */
export const partly = (rejected: number): AttemptOutcome =>
  answered(200, undefined, Uint8Array.of(0x0a, 2, 0x08, rejected));

/** A wire that answers when the test says so; `automatic` answers by itself in the same turn of the test. */
export class ScriptedTransport implements Transport {
  readonly attempts: SeenAttempt[] = [];
  closed = 0;
  automatic: ((attempt: SeenAttempt) => AttemptOutcome | undefined) | undefined;

  send(attempt: Attempt, settled: (outcome: AttemptOutcome) => void): void {
    const seen: SeenAttempt = {
      ...attempt,
      settled: false,
      settle(outcome) {
        seen.settled = true;
        settled(outcome);
      },
    };
    this.attempts.push(seen);
    const outcome = this.automatic?.(seen);
    if (outcome !== undefined) seen.settle(outcome);
  }

  close(): void {
    this.closed += 1;
  }

  /** Attempts without an answer, oldest first. */
  get open(): SeenAttempt[] {
    return this.attempts.filter(({ settled }) => !settled);
  }

  get last(): SeenAttempt {
    const attempt = this.attempts.at(-1);
    if (attempt === undefined) throw new Error('nothing was sent');
    return attempt;
  }
}
