import type { PlantedBug } from './planted-bug.ts';

const at = (name: string) => `otlp-exporter/src/ledger/${name}.ts`;

export const LEDGER_BUGS: readonly PlantedBug[] = [
  {
    area: 'ledger',
    file: at('settle-worker'),
    search: 'Math.min(block[WORKER_SLOT.inflightSent] ?? 0, inflight)',
    replace: '0',
    what: 'a crash counts what was on its way as lost, although it may have arrived',
  },
  {
    area: 'ledger',
    file: at('settle-worker'),
    search: 'Math.min(block[WORKER_SLOT.inflightSent] ?? 0, inflight)',
    replace: 'inflight',
    what: 'a crash counts what was never sent as unconfirmed',
  },
  {
    area: 'ledger',
    file: at('settle-worker'),
    search: '  block[WORKER_SLOT.taken] = enqueued;\n',
    replace: '',
    what: 'an abandoned queue is lost and still queued',
  },
  {
    area: 'ledger',
    file: at('worker-ledger'),
    search: '    this.#draft[WORKER_SLOT.readPosition] = readPosition;\n',
    replace: '',
    what: 'spans are taken, and stay in the ring',
  },
  {
    area: 'ledger',
    file: at('worker-ledger'),
    search: 'this.#draft[WORKER_SLOT.inflightSent] = spans;',
    replace: 'this.#draft[WORKER_SLOT.inflightSent] = Math.max(0, spans - 1);',
    what: 'off by one: of what is on its way, one span too few',
  },
  {
    area: 'ledger',
    file: at('settle-worker'),
    search: 'add(block, workerLossSlot[reason], lost);',
    replace: 'add(block, workerLossSlot[reason], inflight);',
    what: 'what a dead worker may have sent is unconfirmed and lost',
  },
  {
    area: 'ledger',
    file: at('worker-block'),
    search: 'WORKER_COPIES) | copy;',
    replace: 'WORKER_COPIES) | (version & COPY_MASK);',
    what: 'what is published is never the copy that counts',
  },
  {
    area: 'ledger',
    file: at('worker-block'),
    search:
      '    this.#copy(copy).set(block);\n    const next = ((version & ~COPY_MASK) + WORKER_COPIES) | copy;\n    return this.#exchange(version, next) ? next : undefined;',
    replace:
      '    const next = ((version & ~COPY_MASK) + WORKER_COPIES) | copy;\n    const isDone = this.#exchange(version, next);\n    this.#copy(copy).set(block);\n    return isDone ? next : undefined;',
    what: 'a copy counts before it is filled: torn when the worker dies in between',
  },
  {
    area: 'ledger',
    file: at('read-ledger'),
    search: 'ofMain(MAIN_SLOT.held) + ofMain(MAIN_SLOT.enqueued) - ofWorker(WORKER_SLOT.taken)',
    replace: 'ofMain(MAIN_SLOT.enqueued) - ofWorker(WORKER_SLOT.taken)',
    what: 'spans in the trace buffer are nowhere',
  },
];
