import { encodeResource, encodeScope } from '../encode/resource.ts';
import type { ResourceRecord, ScopeRecord } from '../encode/span-record.ts';
import { CONTROL, type PipelineMemory } from './pipeline-memory.ts';
import { ENTRY_HEADER_BYTES, entryBytes, IS_RESOURCE } from './stream-entry.ts';

/** No number could be given: the table is full and the resource not in it. */
export const NO_STREAM = -1;

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

/** One character a byte: only for comparing. */
function contentKey(head: Uint8Array): string {
  let key = '';
  for (const byte of head) key += String.fromCharCode(byte);
  return key;
}
