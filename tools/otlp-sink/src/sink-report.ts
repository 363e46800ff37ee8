import type { PlainStep } from './sink-step.ts';

export interface SinkRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Of the body, as it came over the wire. */
  readonly bytes: number;
  /** Spans, metrics or log records taken from it. */
  readonly items: number;
  /** What the sink did with it. */
  readonly step: PlainStep['kind'];
  /** Wall clock, when its last byte had come. */
  readonly atMillis: number;
}

export interface PathTally {
  readonly requests: number;
  readonly bytes: number;
  readonly items: number;
}

/** Counters only: cheap enough to be asked for ten times a second. */
export interface SinkTally {
  readonly connections: number;
  /** Connections open now. */
  readonly open: number;
  readonly paths: Readonly<Record<string, PathTally>>;
  readonly spans: {
    readonly unique: number;
    /** How often a span came that was there already. */
    readonly again: number;
    /** How often it came with other bytes than the first time. */
    readonly altered: number;
    /** Spans that ended before they began, by their own times. OTLP's protobuf only. */
    readonly backwards: number;
  };
  /** `service.name` → different spans. */
  readonly services: Readonly<Record<string, number>>;
  /** Bytes of answers that the other side let us write in floods; of this life only. */
  readonly flooded: number;
  /** Requests whose body could not be read: the first hundred. */
  readonly problems: readonly string[];
}

export interface SinkReport extends SinkTally {
  /** In the order they came: the newest 20,000. */
  readonly requests: readonly SinkRequest[];
  /** Path → item → how often it was taken. An item is a trace and span id, a metric's name, a log record's text. */
  readonly taken: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
