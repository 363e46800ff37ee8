import { CONTROL, type PipelineMemory } from './pipeline-memory.ts';
import { ENTRY_HEADER_BYTES, entryBytes, IS_RESOURCE } from './stream-entry.ts';

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
