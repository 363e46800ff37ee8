// The export worker with a fault in its thread, a while after it has started.
const { ENTRY, WORKER_FAULT, WORKER_FAULT_AFTER } = process.env;

const FAULTS = {
  throw() {
    throw new Error('fault in the worker');
  },
  reject: () => void Promise.reject(new Error('fault in the worker')),
  exit: () => process.exit(3),
  // Small objects: Node.js ends the thread. With a Map, or arrays of 8 kB, the collector of garbage does not come to an end.
  memory() {
    const hoard = [];
    for (;;) hoard.push({ at: hoard.length });
  },
  spin() {
    for (;;);
  },
};

await import(ENTRY);
setTimeout(FAULTS[WORKER_FAULT], Number(WORKER_FAULT_AFTER));
