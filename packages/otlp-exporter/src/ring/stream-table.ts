import { encodeResource, encodeScope } from '../encode/resource.ts';
import type { ResourceRecord, ScopeRecord } from '../encode/span-record.ts';
import { CONTROL, type PipelineMemory } from './pipeline-memory.ts';

/** No number could be given: the table is full and the resource not in it. */
export const NO_STREAM = -1;

/** Entry: two words (the resource's entry or `IS_RESOURCE`, length in bytes), then the encoded head, padded to four bytes. */
const ENTRY_HEADER_BYTES = 8;
const IS_RESOURCE = -1;
const UNKNOWN_SCOPE: ScopeRecord = { name: '', version: '', schemaUrl: '', attributes: [] };

interface ResourceStreams {
  readonly entry: number;
  readonly byScope: WeakMap<ScopeRecord, number>;
  /** Stream of the unknown scope, for scopes that no longer fit. */
  readonly overflow: number;
}

/**
 * Numbers the streams (pairs of resource and scope) on the application's thread and writes their encoded heads into shared
 * memory before the number is used. The table outlives a worker, so whoever reads the ring next knows every stream of every
 * record in it. It is append only and bounded: scopes that no longer fit share one stream without a name per resource.
 */
export class StreamTableWriter {
  readonly #control: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #byResource = new WeakMap<ResourceRecord, ResourceStreams>();
  /** By content, as applications make scopes of the same name again and again; bounded by the table. */
  readonly #resourceByContent = new Map<string, ResourceStreams>();
  readonly #streamByContent = new Map<string, number>();
  #used = 0;
  #entries = 0;
  #streams = 0;

  constructor(memory: PipelineMemory) {
    this.#control = new Int32Array(memory.control);
    this.#bytes = new Uint8Array(memory.streams);
    this.#words = new Int32Array(memory.streams);
  }

  /** The number of a pair; the same objects or the same contents give the same number. Never throws. */
  stream(resource: ResourceRecord, scope: ScopeRecord): number {
    const streams = this.#byResource.get(resource) ?? this.#addResource(resource);
    if (streams === undefined) return NO_STREAM;
    return streams.byScope.get(scope) ?? this.#addScope(streams, scope);
  }

  #addResource(resource: ResourceRecord): ResourceStreams | undefined {
    const head = encodeResource(resource);
    const content = contentKey(head);
    let streams = this.#resourceByContent.get(content);
    if (streams === undefined) {
      const unknownScope = encodeScope(UNKNOWN_SCOPE);
      if (this.#used + entryBytes(head) + entryBytes(unknownScope) > this.#bytes.length) return undefined;
      const entry = this.#append(IS_RESOURCE, head);
      this.#append(entry, unknownScope);
      streams = { entry, byScope: new WeakMap(), overflow: this.#streams++ };
      this.#resourceByContent.set(content, streams);
      this.#streamByContent.set(`${entry} ${contentKey(unknownScope)}`, streams.overflow);
    }
    this.#byResource.set(resource, streams);
    return streams;
  }

  #addScope(streams: ResourceStreams, scope: ScopeRecord): number {
    const head = encodeScope(scope);
    const content = `${streams.entry} ${contentKey(head)}`;
    let stream = this.#streamByContent.get(content);
    if (stream === undefined) {
      if (this.#used + entryBytes(head) > this.#bytes.length) {
        stream = streams.overflow;
      } else {
        this.#append(streams.entry, head);
        stream = this.#streams++;
        this.#streamByContent.set(content, stream);
      }
    }
    streams.byScope.set(scope, stream);
    return stream;
  }

  #append(parent: number, head: Uint8Array): number {
    this.#words[this.#used >> 2] = parent;
    this.#words[(this.#used >> 2) + 1] = head.length;
    this.#bytes.set(head, this.#used + ENTRY_HEADER_BYTES);
    this.#used += entryBytes(head);
    Atomics.store(this.#control, CONTROL.streamBytes, this.#used);
    return this.#entries++;
  }
}

/** What the worker needs of a stream to frame its spans. */
export interface Stream {
  /** Equal for streams of the same resource. */
  readonly resourceEntry: number;
  /** From `encodeResource`. */
  readonly resource: Uint8Array;
  /** From `encodeScope`. */
  readonly scope: Uint8Array;
}

/** Finds streams by number in the worker; nothing is copied out of shared memory. */
export class StreamTableReader {
  readonly #control: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #heads: Uint8Array[] = [];
  readonly #streams: Stream[] = [];
  #read = 0;

  constructor(memory: PipelineMemory) {
    this.#control = new Int32Array(memory.control);
    this.#bytes = new Uint8Array(memory.streams);
    this.#words = new Int32Array(memory.streams);
  }

  /** @throws RangeError for a number no record can carry. */
  stream(id: number): Stream {
    const stream = this.#streams[id] ?? this.#readOn(id);
    if (stream === undefined) throw new RangeError(`stream table: no stream ${id} among ${this.#streams.length}`);
    return stream;
  }

  #readOn(id: number): Stream | undefined {
    const used = Atomics.load(this.#control, CONTROL.streamBytes);
    while (this.#read < used) {
      const parent = this.#words[this.#read >> 2] ?? IS_RESOURCE;
      const start = this.#read + ENTRY_HEADER_BYTES;
      const head = this.#bytes.subarray(start, start + (this.#words[(this.#read >> 2) + 1] ?? 0));
      const resource = this.#heads[parent];
      if (resource !== undefined) this.#streams.push({ resourceEntry: parent, resource, scope: head });
      this.#heads.push(head);
      this.#read += entryBytes(head);
    }
    return this.#streams[id];
  }
}

function entryBytes(head: Uint8Array): number {
  return ENTRY_HEADER_BYTES + ((head.length + 3) & -4);
}

/** One character a byte: only for comparing. */
function contentKey(head: Uint8Array): string {
  let key = '';
  for (const byte of head) key += String.fromCharCode(byte);
  return key;
}
