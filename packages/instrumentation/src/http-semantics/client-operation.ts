import type { Span } from '@opentelemetry/api';
import {
  HTTP_REQUEST_METHOD_ORIGINAL,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
  SERVER_PORT,
  URL_FULL,
} from '@vigil/conventions';
import { LightSpan, type SpanDetails } from '@vigil/tracer';
import { redactUrl } from '../http/redact-url.ts';
import type { ClientTarget } from './client-targets.ts';
import { isCancellation } from './error-type.ts';
import { hasAttribute } from './has-attribute.ts';
import { applyOutcome } from './span-outcome.ts';

const URL_LENGTH_MAXIMUM = 2_048;
const METHOD_LENGTH_MAXIMUM = 32;

/** One request that this process sends; strings only, because its trace may wait long for its verdict. */
export class ClientOperation implements SpanDetails {
  readonly span: Span | undefined;
  readonly target: ClientTarget;
  /** Scheme and host, as the request names them. */
  readonly origin: string;
  readonly path: string;
  /** Set when it is not among the known ones. */
  readonly originalMethod: string | undefined;
  readonly startMillis: number;
  status: number | undefined = undefined;
  protocol: string | undefined = undefined;
  peerAddress: string | undefined = undefined;
  peerPort: number | undefined = undefined;
  /** Monotonic; when the head of the answer had come. */
  answeredMillis = 0;
  /** A time limit of the application has passed. */
  hasTimedOut = false;
  isEnded = false;
  /** Among those whose answer has a head and no end yet. */
  previous: ClientOperation | undefined = undefined;
  next: ClientOperation | undefined = undefined;

  constructor(
    span: Span | undefined,
    target: ClientTarget,
    startMillis: number,
    { origin, path, originalMethod }: { origin: string; path: string; originalMethod: string | undefined },
  ) {
    this.span = span;
    this.target = target;
    this.startMillis = startMillis;
    this.origin = origin;
    this.path = path;
    this.originalMethod = originalMethod;
    if (span instanceof LightSpan) span.details = this;
  }

  /** The head of the answer has come. */
  answered(status: number, protocol: string | undefined, nowMillis: number): void {
    this.status = status;
    this.protocol = protocol;
    this.answeredMillis = nowMillis;
  }

  /**
   * Ends it, once.
   *
   * @param errorType what went wrong; taking the request back after its answer has come is nothing wrong.
   */
  end(nowMillis: number, errorType?: string): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const isFailure = errorType !== undefined && !(this.status !== undefined && isCancellation(errorType));
    const outcome = this.target.outcome(this.status, this.protocol, isFailure ? errorType : undefined);
    const { span } = this;
    const seconds = (nowMillis - this.startMillis) / 1000;
    if (!(span instanceof LightSpan)) {
      outcome.duration?.record(seconds);
      return;
    }
    if (!span.hasEndTime) {
      applyOutcome(span, outcome, this.target.startName);
      span.end();
    }
    outcome.duration?.record(seconds, span);
  }

  /** Ends it as if it had ended with the head of its answer: nobody reads the rest. */
  endAtAnswer(): void {
    const { span } = this;
    if (span instanceof LightSpan && !this.isEnded && !span.hasEndTime) {
      const took = this.answeredMillis - this.startMillis;
      applyOutcome(span, this.target.outcome(this.status, this.protocol, undefined), this.target.startName);
      span.end([span.startSeconds, span.startNanos + took * 1e6]);
    }
    this.end(this.answeredMillis);
  }

  describe(attributes: unknown[]): void {
    const append = (key: string, value: string | number | undefined) => {
      if (value !== undefined && !hasAttribute(attributes, key)) attributes.push(key, value);
    };
    append(
      URL_FULL,
      redactUrl(this.path.startsWith('/') ? `${this.origin}${this.path}` : this.path).slice(0, URL_LENGTH_MAXIMUM),
    );
    append(HTTP_REQUEST_METHOD_ORIGINAL, this.originalMethod?.slice(0, METHOD_LENGTH_MAXIMUM));
    append(NETWORK_PEER_ADDRESS, this.peerAddress);
    append(NETWORK_PEER_PORT, this.peerPort);
    if (this.target.port === undefined) append(SERVER_PORT, this.peerPort);
  }
}
