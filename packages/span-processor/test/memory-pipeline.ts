import type { ResourceRecord, ScopeRecord, SpanRecord } from '@vigil/otlp-exporter';
import type { SpanSink } from '@vigil/span-processor';

/** A span as it was offered, copied at that moment. */
export interface OfferedSpan {
  readonly record: SpanRecord;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: ResourceRecord;
  readonly scope: ScopeRecord;
  readonly critical: boolean;
}

/** The main-thread end of a pipeline, in memory: what was booked and what was offered. */
export class MemorySink implements SpanSink {
  readonly offered: OfferedSpan[] = [];
  readonly lostBy: Record<string, number> = {};
  readonly #streams: { readonly resource: ResourceRecord; readonly scope: ScopeRecord }[] = [];
  endedCount = 0;
  sampledOutCount = 0;
  heldCount = 0;
  heldMaximum = 0;
  selfNanos = 0;
  /** Runs inside `offer`, where an encoder reads the span. */
  encode: (record: SpanRecord) => void = () => undefined;

  stream(resource: ResourceRecord, scope: ScopeRecord): number {
    const known = this.#streams.findIndex((stream) => stream.resource === resource && stream.scope === scope);
    return known === -1 ? this.#streams.push({ resource, scope }) - 1 : known;
  }

  get streamCount(): number {
    return this.#streams.length;
  }

  offer(record: SpanRecord, streamId: number, critical: boolean): undefined {
    const stream = this.#streams[streamId];
    if (stream === undefined) throw new Error(`no stream ${streamId}`);
    const attributes: Record<string, unknown> = {};
    for (let index = 0; index < record.attributes.length; index += 2) {
      const key = String(record.attributes[index]);
      if (Object.hasOwn(attributes, key)) throw new Error(`the attribute ${key} stands twice`);
      attributes[key] = record.attributes[index + 1];
    }
    const copy = { ...fieldsOf(record), attributes: [...record.attributes] };
    this.offered.push({ record: copy, attributes, ...stream, critical });
    this.encode(record);
  }

  ended(spans: number): void {
    this.endedCount += spans;
  }

  sampledOut(spans: number): void {
    this.sampledOutCount += spans;
  }

  held(delta: number): void {
    this.heldCount += delta;
    if (this.heldCount < 0) throw new Error('fewer than no spans are held');
    this.heldMaximum = Math.max(this.heldMaximum, this.heldCount);
  }

  lost(reason: string, spans: number): void {
    this.lostBy[reason] = (this.lostBy[reason] ?? 0) + spans;
  }

  selfTime(nanos: number): void {
    this.selfNanos += nanos;
  }

  get lostCount(): number {
    return Object.values(this.lostBy).reduce((sum, count) => sum + count, 0);
  }

  /** Ended spans without a place; 0 as long as the books are right. */
  get missing(): number {
    return this.endedCount - this.sampledOutCount - this.heldCount - this.lostCount - this.offered.length;
  }

  namesOffered(): string[] {
    return this.offered.map(({ record }) => record.name);
  }
}

/** Getters are read, too. */
function fieldsOf(record: SpanRecord): SpanRecord {
  const { traceId, spanId, parentSpanId, traceState, flags, name, kind, statusCode, statusMessage } = record;
  const { startSeconds, startNanos, endSeconds, endNanos, attributes, events, links } = record;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = record;
  return {
    ...{ traceId, spanId, parentSpanId, traceState, flags, name, kind, statusCode, statusMessage },
    ...{ startSeconds, startNanos, endSeconds, endNanos, attributes, events, links },
    ...{ droppedAttributesCount, droppedEventsCount, droppedLinksCount },
  };
}

export class MemoryPipeline {
  readonly spans = new MemorySink();
  readonly calls: string[] = [];
  /** What the asynchronous calls do. */
  work: () => Promise<unknown> = () => Promise.resolve();

  ledger(): never {
    throw new Error('the memory pipeline has no ledger');
  }

  forceFlush({ timeoutMillis }: { readonly timeoutMillis: number }): Promise<unknown> {
    this.calls.push(`forceFlush ${timeoutMillis}`);
    return this.work();
  }

  shutdown({ timeoutMillis }: { readonly timeoutMillis: number }): Promise<unknown> {
    this.calls.push(`shutdown ${timeoutMillis}`);
    return this.work();
  }

  drainSync({ timeoutMillis }: { readonly timeoutMillis: number }): boolean {
    this.calls.push(`drainSync ${timeoutMillis}`);
    return true;
  }
}
