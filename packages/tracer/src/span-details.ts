/**
 * What an instrumentation knows of a span that is of no use unless the span is sent, which most are not: it is asked once, after the
 * span's end, and only then. Keeps what it needs until then, so it should be small.
 */
export interface SpanDetails {
  /** Appends key, value, key, value … to the span's own attributes. Should not throw; what it throws costs its attributes only. */
  describe(attributes: unknown[]): void;
}
