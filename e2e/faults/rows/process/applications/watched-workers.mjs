// Preloaded before Vigil: keeps the export workers it starts, and gives the first FAULTY_WORKERS of them a WORKER_FAULT.
import { createRequire, syncBuiltinESMExports } from 'node:module';

const threads = createRequire(import.meta.url)('node:worker_threads');
const { Worker } = threads;
const { WORKER_FAULT, FAULTY_WORKERS = '0', WORKER_FAULT_AFTER = '700' } = process.env;
const workers = [];
globalThis[Symbol.for('vigil.faults.workers')] = workers;
if (threads.isMainThread) {
  threads.Worker = class extends Worker {
    constructor(file, options) {
      const isFaulty = options?.name === 'vigil-export' && workers.length < Number(FAULTY_WORKERS);
      if (isFaulty && WORKER_FAULT === 'not allowed') throw new Error('no more threads');
      if (isFaulty) {
        const env = { ...options.env, ENTRY: String(file), WORKER_FAULT, WORKER_FAULT_AFTER };
        super(new URL('./faulty-worker.mjs', import.meta.url), { ...options, env });
      } else {
        super(file, options);
      }
      if (options?.name !== 'vigil-export') return;
      workers.push(this);
      this.once('exit', () => {
        workers.ended = (workers.ended ?? 0) + 1;
      });
    }
  };
  syncBuiltinESMExports();
}
