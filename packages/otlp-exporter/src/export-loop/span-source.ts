import type { ExporterLossReason } from '@vigil/conventions';
import { type ResourceGroup, requestSize, type ScopeGroup, writeRequest } from '../encode/request-frame.ts';
import type { WorkerLedger } from '../ledger/worker-ledger.ts';
import type { PipelineMemory } from '../ring/pipeline-memory.ts';
import { RingConsumer } from '../ring/ring-consumer.ts';
import { HEADER_BYTES, LENGTH_MASK, PAYLOAD_BYTES_MAXIMUM, recordBytes } from '../ring/ring-record.ts';
import { StreamTableReader } from '../ring/stream-table-reader.ts';
import type { PartSource } from './part-source.ts';

/** Tag and length before each span of a request. */
const FRAME_BYTES = 4;

interface Limits {
  readonly batchBytes: number;
  readonly batchMillis: number;
}

/**
 * Spans from the ring. A batch is copied out once, raw, and published as taken in the same moment; parts of it are framed as
 * requests: the whole at first, smaller ones where a receiver finds that too large.
 */
export class SpanSource implements PartSource {
  readonly itemsName = 'spans';
  readonly #ring: RingConsumer;
  readonly #streams: StreamTableReader;
  readonly #ledger: WorkerLedger;
  readonly #limits: Limits;
  readonly #raw: Uint8Array;
  readonly #words: Int32Array;
  /** Where the spans without an outcome begin in `#raw`, and how many they are. */
  #start = 0;
  #left = 0;
  /** Of `#left`, from `#start` on: those a receiver may have already. */
  #maybe = 0;
  #partEnd = 0;
  #partItems = 0;
  #partBytes = 0;
  /** Read position before the batch in hand was taken. */
  #batchPosition: number;
  #seenAtMillis: number | undefined;

  constructor(memory: PipelineMemory, ledger: WorkerLedger, limits: Limits) {
    this.#ring = new RingConsumer(memory);
    this.#streams = new StreamTableReader(memory);
    this.#ledger = ledger;
    this.#limits = limits;
    this.#raw = new Uint8Array(Math.max(limits.batchBytes, recordBytes(PAYLOAD_BYTES_MAXIMUM)));
    this.#words = new Int32Array(this.#raw.buffer);
    this.#batchPosition = ledger.readPosition;
  }

  get items(): number {
    return this.#partItems;
  }

  /** Bytes in the ring that nobody has taken. */
  get waitingBytes(): number {
    return this.#ring.waitingBytes(this.#ledger.readPosition);
  }

  /** Where the producer writes next: everything offered so far lies before it. */
  get writePosition(): number {
    return this.#ring.writePosition();
  }

  /** Whether every span before this position of the ring has an outcome. */
  settledUpTo(position: number): boolean {
    const settled = this.#left > 0 ? this.#batchPosition : this.#ledger.readPosition;
    return ((settled - position) | 0) >= 0;
  }

  dueAtMillis(nowMillis: number, hurry: boolean): number {
    if (this.#left > 0) return Number.NEGATIVE_INFINITY;
    const waiting = this.waitingBytes;
    if (waiting === 0) {
      this.#seenAtMillis = undefined;
      return Number.POSITIVE_INFINITY;
    }
    if (hurry || waiting >= this.#limits.batchBytes) return Number.NEGATIVE_INFINITY;
    this.#seenAtMillis ??= nowMillis;
    return this.#seenAtMillis + this.#limits.batchMillis;
  }

  load(limitBytes: number): Uint8Array | undefined {
    if (this.#left === 0 && !this.#take()) return undefined;
    this.#cut(limitBytes);
    const groups = this.#group();
    const body = new Uint8Array(requestSize(groups));
    writeRequest(groups, body, 0);
    return body;
  }

  sending(): void {
    this.#ledger.maybeSent(Math.max(this.#partItems, this.#maybe));
  }

  notConfirmed(maybeAccepted: boolean): void {
    if (maybeAccepted) this.#maybe = Math.max(this.#maybe, this.#partItems);
    this.#ledger.maybeSent(this.#maybe);
    this.#ledger.publish();
  }

  accepted(rejected: number): number {
    const refused = Math.min(rejected, this.#partItems);
    this.#ledger.accepted(this.#partItems - refused);
    // A receiver may refuse what an earlier attempt delivered, as a duplicate; then nobody here can know.
    if (this.#maybe > 0) this.#ledger.unconfirmed(refused);
    else this.#ledger.lost('rejected', refused);
    this.#next();
    return refused;
  }

  gaveUp(reason: ExporterLossReason): 'unconfirmed' | 'lost' {
    const outcome = this.#maybe > 0 ? 'unconfirmed' : 'lost';
    if (outcome === 'unconfirmed') this.#ledger.unconfirmed(this.#partItems);
    else this.#ledger.lost(reason, this.#partItems);
    this.#next();
    return outcome;
  }

  putBack(): number | undefined {
    return this.#partItems > 1 ? this.#partBytes : undefined;
  }

  abandon(onItsWay: boolean, reason: 'shutdown_deadline' | 'worker_crash'): number {
    if (onItsWay) this.#maybe = Math.max(this.#maybe, this.#partItems);
    let spans = this.#left;
    this.#ledger.unconfirmed(this.#maybe);
    this.#ledger.lost(reason, this.#left - this.#maybe);
    this.#left = 0;
    this.#maybe = 0;
    this.#partItems = 0;
    this.#ledger.maybeSent(0);
    // Up to here and no further: a producer that was not closed could fill the ring as fast as it is emptied.
    const end = this.writePosition;
    while (((end - this.#ledger.readPosition) | 0) > 0) {
      const { records, position } = this.#ring.take(this.#ledger.readPosition, this.#raw);
      this.#ledger.took(records, position);
      this.#ledger.lost(reason, records);
      spans += records;
    }
    this.#ledger.publish();
    return spans;
  }

  #take(): boolean {
    this.#batchPosition = this.#ledger.readPosition;
    const { records, position } = this.#ring.take(this.#batchPosition, this.#raw);
    if (records === 0) return false;
    this.#ledger.took(records, position);
    this.#ledger.publish();
    this.#seenAtMillis = undefined;
    this.#start = 0;
    this.#left = records;
    return true;
  }

  /** Chooses the part: as many spans as the limit holds, at least one, none beside those that may be delivered already. */
  #cut(limitBytes: number): void {
    const most = this.#maybe > 0 ? this.#maybe : this.#left;
    this.#partEnd = this.#start;
    this.#partItems = 0;
    this.#partBytes = 0;
    while (this.#partItems < most) {
      const payload = this.#payloadBytes(this.#partEnd);
      if (this.#partItems > 0 && this.#partBytes + payload + FRAME_BYTES > limitBytes) return;
      this.#partBytes += payload + FRAME_BYTES;
      this.#partItems += 1;
      this.#partEnd += recordBytes(payload);
    }
  }

  #group(): ResourceGroup[] {
    const rangesByStream = new Map<number, number[]>();
    for (let at = this.#start; at < this.#partEnd; ) {
      const stream = this.#words[(at >> 2) + 1] ?? 0;
      const payload = this.#payloadBytes(at);
      const ranges = rangesByStream.get(stream);
      if (ranges === undefined) rangesByStream.set(stream, [at + HEADER_BYTES, at + HEADER_BYTES + payload]);
      else ranges.push(at + HEADER_BYTES, at + HEADER_BYTES + payload);
      at += recordBytes(payload);
    }
    const scopesByResource = new Map<number, { resource: Uint8Array; scopes: ScopeGroup[] }>();
    for (const [id, ranges] of rangesByStream) {
      const { resourceEntry, resource, scope } = this.#streams.stream(id);
      const group = scopesByResource.get(resourceEntry) ?? { resource, scopes: [] };
      group.scopes.push({ scope, spans: { bytes: this.#raw, ranges } });
      scopesByResource.set(resourceEntry, group);
    }
    return [...scopesByResource.values()];
  }

  #payloadBytes(at: number): number {
    return (this.#words[at >> 2] ?? 0) & LENGTH_MASK;
  }

  #next(): void {
    this.#start = this.#partEnd;
    this.#left -= this.#partItems;
    this.#maybe = Math.max(0, this.#maybe - this.#partItems);
    this.#partItems = 0;
    this.#ledger.maybeSent(this.#maybe);
    this.#ledger.batch();
    this.#ledger.publish();
  }
}
