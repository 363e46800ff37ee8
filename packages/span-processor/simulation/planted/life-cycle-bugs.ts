import type { PlantedBug } from './planted-bug.ts';

const HOST = 'otlp-exporter/src/worker/worker-host.ts';
const LOOP = 'otlp-exporter/src/export-loop/export-loop.ts';
const SOURCE = 'otlp-exporter/src/export-loop/span-source.ts';
const PROCESSOR = 'span-processor/src/resilient-span-processor.ts';

export const LIFE_CYCLE_BUGS: readonly PlantedBug[] = [
  {
    area: 'life cycle',
    file: HOST,
    search: '    const { lost, unconfirmed } = settleWorker(this.#options.memory);\n',
    replace: '    const { lost, unconfirmed } = { lost: 0, unconfirmed: 0 };\n',
    what: 'what a dead worker had in its hands is never settled',
  },
  {
    area: 'life cycle',
    file: HOST,
    search:
      '    const { lost, unconfirmed } = settleWorker(this.#options.memory);\n    if (!this.#wasEverReady) {\n      this.#giveUp(why);\n      return;\n    }\n',
    replace:
      '    if (!this.#wasEverReady) {\n      this.#giveUp(why);\n      return;\n    }\n    const { lost, unconfirmed } = settleWorker(this.#options.memory);\n',
    what: 'a worker that dies in its first batch is not settled (was found in the production code)',
  },
  {
    area: 'life cycle',
    file: 'otlp-exporter/src/worker/restart-budget.ts',
    search: 'if (restarted.length >= RESTARTS_MAXIMUM)',
    replace: 'if (restarted.length > RESTARTS_MAXIMUM)',
    what: 'four restarts a minute',
  },
  {
    area: 'life cycle',
    file: HOST,
    search: '    this.#isRingBroken = false;\n    this.#restart();\n',
    replace: '    this.#isRingBroken = false;\n',
    what: 'a dead worker is not restarted',
  },
  {
    area: 'life cycle',
    file: HOST,
    search:
      '    const worker = this.#worker;\n    if (this.#parked !== undefined) this.#options.platform.timers.clear(this.#parked);\n',
    replace: '    const worker = this.#worker;\n',
    what: 'a parked worker starts after the shutdown (was found in the production code)',
  },
  {
    area: 'life cycle',
    file: HOST,
    search: "stopped === STOPPED.no ? abandonQueue(this.#options.memory, 'shutdown_deadline') : 0",
    replace: '0',
    what: 'what a shutdown leaves in the queue is not counted',
  },
  {
    area: 'life cycle',
    file: HOST,
    search: "    this.#pending.settleAllBut(new Set(this.#outbox.map(({ id }) => id)), { kind: 'unconfirmed' });\n",
    replace: '',
    what: 'metrics and logs a dead worker held never get an answer',
  },
  {
    area: 'life cycle',
    file: HOST,
    search: 'Atomics.wait(this.#control, STOPPED_WORD, STOPPED.no, timeoutMillis);',
    replace: 'Atomics.wait(this.#control, STOPPED_WORD, STOPPED.no, 60_000);',
    what: 'the exit handler waits for a minute',
  },
  {
    area: 'life cycle',
    file: SOURCE,
    search: '    if (onItsWay) this.#maybe = Math.max(this.#maybe, this.#partItems);\n    let spans',
    replace: '    let spans',
    what: 'a drain counts what is on its way as lost',
  },
  {
    area: 'life cycle',
    file: SOURCE,
    search: '      this.#ledger.lost(reason, records);\n',
    replace: '',
    what: 'a drain empties the ring without counting',
  },
  {
    area: 'life cycle',
    file: LOOP,
    search: '    for (const lane of this.#lanes) lane.abandon();\n',
    replace: '',
    what: 'a drain says that it is done, and has not counted what is left',
  },
  {
    area: 'life cycle',
    file: PROCESSOR,
    search: '  async #stop(): Promise<void> {\n    this.#isClosed = true;\n    this.settle();\n',
    replace: '  async #stop(): Promise<void> {\n    this.#isClosed = true;\n',
    what: 'a shutdown forgets the traces that wait for their verdict',
  },
  {
    area: 'life cycle',
    file: PROCESSOR,
    search: "      this.#sink.lost('already_shutdown', 1);\n",
    replace: '',
    what: 'spans that end after the shutdown are not counted',
  },
];
