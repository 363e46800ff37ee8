import type { ProcessorLossReason } from '@vigil/conventions';
import { DOES_NOT_FIT, ENCODE_ERROR, OVERSIZE } from './encode/encode-outcome.ts';
import type { SpanEncoder } from './encode/span-encoder.ts';
import type { ResourceRecord, ScopeRecord, SpanRecord } from './encode/span-record.ts';
import { MainLedger } from './ledger/main-ledger.ts';
import { WorkerBlock } from './ledger/worker-block.ts';
import { BREAKER_STATE, WORKER_SLOT } from './ledger/worker-slot.ts';
import { batchBytesOf, CONTROL, type PipelineMemory, WAKE } from './ring/pipeline-memory.ts';
import { RingProducer } from './ring/ring-producer.ts';
import { PAYLOAD_BYTES_MAXIMUM } from './ring/ring-record.ts';
import { NO_STREAM, StreamTableWriter } from './ring/stream-table.ts';

/** Spans a full ring refuses without trying again, as nothing but a small one would fit. */
const REFUSED_FREE_BYTES = 4 * 1024;

export interface SpanPipeOptions {
  readonly memory: PipelineMemory;
  /** From `createSpanEncoder`. */
  readonly encoder: SpanEncoder;
  /** Wakes the worker; called at most once per time the worker went to sleep. Must not throw. */
  readonly notify: () => void;
  /** Bytes waiting at which a reader that waits for a batch is woken. Default 524,288 (512 KiB). */
  readonly batchBytes?: number;
}

/**
 * The application's end of the pipeline: where ended spans go in, and where every one of them is counted. All methods run on one
 * thread, return at once and never throw.
 *
 * The rule for callers: `ended(n)` when spans end, and for each of them exactly one of `sampledOut`, `lost`, `offer`. A span in
 * between is `held(+1)`, and `held(-1)` just before its one.
 *
 * @example
 * ```ts
 * import { createPipelineMemory, createSpanEncoder, SpanPipe } from '@vigil/otlp-exporter/core';
 *
 * const pipe = new SpanPipe({ memory: createPipelineMemory(), encoder: createSpanEncoder(), notify: () => undefined });
 * const stream = pipe.stream({ schemaUrl: '', attributes: [] }, { name: 'shop', version: '', schemaUrl: '', attributes: [] });
 * ```
 */
export class SpanPipe {
  readonly #ring: RingProducer;
  readonly #encoder: SpanEncoder;
  readonly #ledger: MainLedger;
  readonly #worker: WorkerBlock;
  readonly #streams: StreamTableWriter;
  readonly #control: Int32Array;
  readonly #notify: () => void;
  readonly #batchBytes: number;
  #open = true;
  #busy = false;

  constructor({ memory, encoder, notify, batchBytes }: SpanPipeOptions) {
    this.#ring = new RingProducer(memory);
    this.#encoder = encoder;
    this.#ledger = new MainLedger(memory);
    this.#worker = new WorkerBlock(memory);
    this.#streams = new StreamTableWriter(memory);
    this.#control = new Int32Array(memory.control);
    this.#notify = notify;
    this.#batchBytes = batchBytesOf(memory, batchBytes);
  }

  /**
   * The number of the stream of this resource and scope. Ask once per scope and keep it; the same pair always gets the same.
   * When the table of streams is full, scopes share a stream without a name, and what cannot even have that is counted as
   * `encode_error` when offered.
   */
  stream(resource: ResourceRecord, scope: ScopeRecord): number {
    return this.#streams.stream(resource, scope);
  }

  /**
   * Encodes an ended span into the ring and counts it as queued, or counts it as lost.
   *
   * @param critical spans of errors, slow and forced traces may use the 20 % of the ring others leave free.
   * @returns nothing, or why the span is lost.
   */
  offer(record: SpanRecord, streamId: number, critical: boolean): ProcessorLossReason | undefined {
    const reason = this.#write(record, streamId, critical);
    if (reason !== undefined) {
      this.#ledger.lost(reason, 1);
      return reason;
    }
    return undefined;
  }

  /** So many spans ended. */
  ended(spans: number): void {
    this.#ledger.ended(spans);
  }

  /** So many ended spans are not exported by decision of a sampler. */
  sampledOut(spans: number): void {
    this.#ledger.sampledOut(spans);
  }

  /** So many ended spans more (or fewer, below zero) wait for the verdict over their trace. */
  held(delta: number): void {
    this.#ledger.held(delta);
  }

  /** So many ended spans are lost before they were offered. */
  lost(reason: ProcessorLossReason, spans: number): void {
    this.#ledger.lost(reason, spans);
  }

  /** Adds time the pipeline spent on this thread, measured or estimated from samples by the caller. */
  selfTime(nanos: number): void {
    this.#ledger.selfTime(nanos);
  }

  /** From now on every offered span is lost as `already_shutdown`. To be called before the queue is drained for good. */
  close(): void {
    this.#open = false;
  }

  #write(record: SpanRecord, streamId: number, critical: boolean): ProcessorLossReason | undefined {
    if (!this.#open) return 'already_shutdown';
    // A getter of one span's attribute may end another span: the region being written is the first one's.
    if (this.#busy || streamId === NO_STREAM) return 'encode_error';
    const ring = this.#ring;
    if (!ring.prepare(critical)) return this.#fullReason();
    const end = this.#encode(record);
    if (end < 0) return this.#refusal(end);
    // An encoder that went beyond its region wrote over records of others: better one span less than a ring nobody can read.
    if (!(end >= ring.start && end <= ring.end)) return 'encode_error';
    this.#ledger.enqueued(1);
    ring.commit(end, streamId);
    this.#wake();
    return undefined;
  }

  #encode(record: SpanRecord): number {
    const ring = this.#ring;
    this.#busy = true;
    try {
      const end = this.#encoder.encode(record, ring.target, ring.start, ring.end);
      if (end !== DOES_NOT_FIT || !ring.prepareWrapped()) return end;
      return this.#encoder.encode(record, ring.target, ring.start, ring.end);
    } catch {
      // Encoders do not throw, but entering one at the very end of the stack does.
      return ENCODE_ERROR;
    } finally {
      this.#busy = false;
    }
  }

  #refusal(outcome: number): ProcessorLossReason {
    if (outcome === OVERSIZE) return 'oversize_span';
    if (outcome !== DOES_NOT_FIT) return 'encode_error';
    if (this.#ring.end - this.#ring.start >= PAYLOAD_BYTES_MAXIMUM) return 'oversize_span';
    this.#ring.refused(REFUSED_FREE_BYTES);
    return this.#fullReason();
  }

  #fullReason(): ProcessorLossReason {
    return this.#worker.slot(WORKER_SLOT.breakerState) === BREAKER_STATE.closed ? 'queue_full' : 'breaker_open';
  }

  /** The record is visible already, so a reader that falls asleep now sees it when it looks a last time. */
  #wake(): void {
    const wanted = Atomics.load(this.#control, CONTROL.wake);
    if (wanted === WAKE.never) return;
    if (wanted === WAKE.batch && this.#ring.waitingBytes(this.#batchBytes) < this.#batchBytes) return;
    if (Atomics.compareExchange(this.#control, CONTROL.wake, wanted, WAKE.never) === wanted) this.#notify();
  }
}
