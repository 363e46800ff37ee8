import type { PlantedBug } from './planted-bug.ts';

const at = (name: string) => `otlp-exporter/src/${name}.ts`;

export const RING_BUGS: readonly PlantedBug[] = [
  {
    area: 'ring',
    file: at('ring/ring-producer'),
    search: '    this.#words[header] = length | (this.#critical ? CRITICAL_BIT : 0);\n',
    replace:
      '    Atomics.store(this.#control, CONTROL.writePosition, (this.#write + this.#skip + HEADER_BYTES + ((length + 3) & -4)) | 0);\n    this.#words[header] = length | (this.#critical ? CRITICAL_BIT : 0);\n',
    what: 'a record is published before its header is written',
  },
  {
    area: 'ring',
    file: at('ring/ring-producer'),
    search: 'const limit = critical ? this.capacity : this.#ordinaryBytes;',
    replace: 'const limit = this.capacity;',
    what: 'ordinary spans fill the reserve of errors and slow traces',
  },
  {
    area: 'ring',
    file: at('ring/ring-producer'),
    search: 'readPosition);\n      free = limit - ((this.#write - this.#read) >>> 0);',
    replace: 'readPosition);\n      free = limit - (this.#write - this.#read);',
    what: 'once the write position wrapped at 2^32, the ring seems to be empty',
  },
  {
    area: 'ring',
    file: at('ring/ring-producer'),
    search: 'const region = this.#free - tail;',
    replace: 'const region = this.#free;',
    what: 'after the end of the ring the producer writes over what nobody has read',
  },
  {
    area: 'ring',
    file: at('ring/ring-producer'),
    search: 'if (free < PAYLOAD_BYTES_MAXIMUM) {',
    replace: 'if (free < -1) {',
    what: 'the producer never looks at the read position again: full for ever',
  },
  {
    area: 'ring',
    file: at('ring/ring-producer'),
    search: 'HEADER_BYTES + ((length + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES);',
    replace: 'HEADER_BYTES + (length & -ALIGNMENT_BYTES);',
    what: 'records are padded down: the next header stands in the last bytes of this payload',
  },
  {
    area: 'ring',
    file: at('ring/ring-producer'),
    search: '    if (this.#worker.slot(WORKER_SLOT.readPosition) !== this.#write) return;\n',
    replace: '',
    what: 'the ring starts again at its beginning while spans wait in it',
  },
  {
    area: 'ring',
    file: at('ring/ring-producer'),
    search: '    Atomics.store(this.#control, CONTROL.basePosition, this.#base | 0);\n',
    replace: '',
    what: 'nobody tells the worker that the ring started again at its beginning',
  },
  {
    area: 'ring',
    file: at('ring/ring-consumer'),
    search: 'return (this.writePosition() - readPosition) >>> 0;',
    replace: 'return Math.max(0, this.writePosition() - readPosition);',
    what: 'waiting bytes are negative, so none, once the positions wrapped',
  },
  {
    area: 'ring',
    file: at('ring/ring-consumer'),
    search: '        scanned += this.#capacity - index;\n',
    replace: '        scanned += this.#capacity - index;\n        records += 1;\n',
    what: 'the wrap marker counts as a span',
  },
  {
    area: 'ring',
    file: at('ring/stream-table'),
    search: 'overflow: this.#streams++ };',
    replace: 'overflow: this.#streams };',
    what: 'off by one in stream numbers: spans arrive under a wrong scope',
  },
  {
    area: 'ring',
    file: at('span-pipe'),
    search: 'wanted, WAKE.never) === wanted) this.#notify();',
    replace: 'wanted, WAKE.never) !== wanted) this.#notify();',
    what: 'nobody wakes the worker',
  },
  {
    area: 'ring',
    file: at('export-loop/export-loop'),
    search: '      if (this.#spans.waitingBytes > 0) this.#again = true;\n',
    replace: '',
    what: 'lost wake-up: the worker falls asleep without a last look',
  },
  {
    area: 'ring',
    file: at('export-loop/export-loop'),
    search: '    if (isEmpty) {',
    replace: '    if (this.#spans.waitingBytes === 0) {',
    what: 'lost wake-up: a span comes between the timer and the wake word (was found in the production code)',
  },
];
