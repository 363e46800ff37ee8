import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { DB_RESPONSE_STATUS_CODE, ERROR_TYPE } from '@vigil/conventions';
import { LightSpan } from '@vigil/tracer';
import type { CommandEntry } from './command-entry.ts';
import { countLookups } from './lookup-outcome.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisErrorType, replyErrorPrefix } from './redis-error-type.ts';
import type { RedisRecorder } from './redis-recorder.ts';
import type { ServerEntry } from './server-entry.ts';

const FAILED = Object.freeze({ code: SpanStatusCode.ERROR });

/** A command, pipeline or transaction on its way. Ends once, whatever is said of it afterwards. No method throws. */
export class RedisOperation {
  // Assigned and not declared with values: the constructor is to become a part of its caller.
  declare readonly recorder: RedisRecorder;
  /** Undefined for what a cluster sends: its node is known later. */
  declare readonly connection: RedisConnection | undefined;
  /** As the client spells the command: how the entry is found on another server. */
  declare readonly given: string;
  declare server: ServerEntry;
  declare entry: CommandEntry;
  declare readonly span: Span | undefined;
  /** Read only where no span measures the time. */
  declare readonly startMillis: number;
  declare readonly waits: boolean;
  declare isOpen: boolean;

  /** Called by the recorder only. A list of arguments, because an options object would be an allocation per command. */
  constructor(
    recorder: RedisRecorder,
    connection: RedisConnection | undefined,
    given: string,
    server: ServerEntry,
    entry: CommandEntry,
    span: Span | undefined,
    startMillis: number,
    waits: boolean,
  ) {
    this.recorder = recorder;
    this.connection = connection;
    this.given = given;
    this.server = server;
    this.entry = entry;
    this.span = span;
    this.startMillis = startMillis;
    this.waits = waits;
    this.isOpen = true;
  }

  /** It goes to this server: the first one a cluster chose, or the one it was redirected to. */
  moveTo(server: ServerEntry): void {
    if (!this.isOpen) return;
    if (server === this.server) return;
    const entry = server.command(this.given);
    this.server = server;
    this.entry = entry;
    if (this.span instanceof LightSpan) this.span.constants = entry.constants;
  }

  /** For what only this operation has; does nothing without a span. */
  setAttribute(key: string, value: string | number): void {
    this.span?.setAttribute(key, value);
  }

  /** @param reply raw or transformed; looked at for hits and misses only. Left out: none are counted. */
  succeed(reply?: unknown, countsLookup = false): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    try {
      this.finish(undefined);
      if (!countsLookup) return;
      const { lookups, traits } = this.entry;
      if (lookups !== undefined && traits.lookup !== undefined) countLookups(traits.lookup, reply, lookups);
    } catch (error) {
      this.recorder.failed(error);
    }
  }

  fail(cause: unknown): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    try {
      const type = redisErrorType(cause);
      const span = this.span;
      if (span !== undefined) {
        span.setStatus(FAILED);
        span.setAttribute(ERROR_TYPE, type);
        const prefix = replyErrorPrefix(cause);
        if (prefix !== undefined) span.setAttribute(DB_RESPONSE_STATUS_CODE, prefix);
      }
      this.finish(type);
    } catch (error) {
      this.recorder.failed(error);
    }
  }

  /** Called by `succeed` and `fail` only. */
  finish(errorType: string | undefined): void {
    const span = this.span;
    const connection = this.connection;
    if (this.waits && connection !== undefined) connection.waiting -= 1;
    span?.end();
    if (this.waits || connection?.driver.recordsDuration === true) return;
    const entry = this.entry;
    const series = errorType === undefined ? entry.duration : entry.durationOf(errorType);
    if (series === undefined) return;
    if (span instanceof LightSpan) {
      series.record(span.endSeconds - span.startSeconds + (span.endNanos - span.startNanos) / 1e9, span);
    } else {
      series.record((this.recorder.nowMillis() - this.startMillis) / 1000);
    }
  }
}
