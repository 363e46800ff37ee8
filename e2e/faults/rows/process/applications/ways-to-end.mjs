// How a process can end. `prepare` runs first and may return what ends it; `tick` is awaited at the top level of the module.
import { Worker } from 'node:worker_threads';
import { stay, WAYS_BY_SIGNAL } from './ways-by-signal.mjs';

const error = () => new Error('application error');
const on = (event, listener) => process.on(event, listener);

const EXITS = {
  'process.exit()': { prepare: () => () => process.exit() },
  'process.exit(3)': { prepare: () => () => process.exit(3) },
  'exit in a timer, others pending': {
    prepare: () => () => {
      stay();
      setTimeout(() => process.exit(4), 20);
    },
  },
  'exit in the exit handler': {
    prepare: () => {
      on('exit', () => process.exit(9));
      return () => process.exit(3);
    },
  },
  'exit code set in the exit handler': {
    prepare: () => {
      on('exit', () => {
        process.exitCode = 6;
      });
      return () => process.exit(3);
    },
  },
  'exit handler throws': {
    prepare: () => {
      on('exit', () => {
        throw error();
      });
      return () => process.exit(3);
    },
  },
  'exit in beforeExit': { prepare: () => void on('beforeExit', () => process.exit(8)) },
  'exit code that is none': {
    prepare: () => () => {
      process.exitCode = 'three';
    },
  },
  'process.reallyExit(14)': { prepare: () => () => process.reallyExit(14) },
  'process.execve': { prepare: () => () => process.execve('/bin/sh', ['sh', '-c', 'exit 21']) },
};

const NATURAL = {
  end: {},
  'exit code 5': {
    prepare: () => () => {
      process.exitCode = 5;
    },
  },
  'beforeExit works three times': {
    prepare: () => {
      let times = 0;
      on('beforeExit', () => {
        times += 1;
        console.log(`beforeExit ${times}`);
        if (times < 3) setTimeout(() => undefined, 10);
      });
    },
  },
  'all listeners removed': {
    prepare: () => {
      process.removeAllListeners();
    },
  },
  'await that never settles': { tick: () => new Promise(() => undefined) },
  'import of what is not there': { tick: () => import('./not-there.mjs') },
  'worker thread exits with 3': { prepare: () => () => new Worker('process.exit(3)', { eval: true }) },
};

const THROWN = {
  'throw an Error': {
    tick: () => {
      throw error();
    },
  },
  'throw in a timer': {
    prepare: () => () =>
      setTimeout(() => {
        throw error();
      }),
  },
  'throw in a microtask': {
    prepare: () => () =>
      queueMicrotask(() => {
        throw error();
      }),
  },
  'throw in nextTick': {
    prepare: () => () =>
      process.nextTick(() => {
        throw error();
      }),
  },
  'throw null': {
    prepare: () => () =>
      setTimeout(() => {
        throw null;
      }),
  },
  'throw with exit code set': {
    prepare: () => () => {
      process.exitCode = 5;
      setTimeout(() => {
        throw error();
      });
    },
  },
  'stack overflow': {
    prepare: () => () => {
      const deeper = () => deeper() + 1;
      setTimeout(deeper);
    },
  },
  'uncaught in a worker thread': {
    prepare: () => () => new Worker('throw new Error("worker error")', { eval: true }),
  },
  'handler for uncaughtException stays': {
    prepare: () => {
      on('uncaughtException', () => console.log('caught'));
      return () =>
        setTimeout(() => {
          throw error();
        });
    },
  },
  'handler for uncaughtException exits with 12': {
    prepare: () => {
      on('uncaughtException', () => process.exit(12));
      return () =>
        setTimeout(() => {
          throw error();
        });
    },
  },
  'handler for uncaughtException throws': {
    prepare: () => {
      on('uncaughtException', () => {
        throw error();
      });
      return () =>
        setTimeout(() => {
          throw error();
        });
    },
  },
  uncaughtExceptionMonitor: {
    prepare: () => {
      on('uncaughtExceptionMonitor', () => console.log('seen'));
      return () =>
        setTimeout(() => {
          throw error();
        });
    },
  },
  'capture callback': {
    prepare: () => {
      process.setUncaughtExceptionCaptureCallback(() => console.log('captured'));
      return () =>
        setTimeout(() => {
          throw error();
        });
    },
  },
};

const REJECTED = {
  'reject with an Error': { prepare: () => () => void Promise.reject(error()) },
  'reject with nothing': { prepare: () => () => void Promise.reject() },
  'handler for unhandledRejection stays': {
    prepare: () => {
      on('unhandledRejection', () => console.log('rejected'));
      return () => void Promise.reject(error());
    },
  },
  'handler for unhandledRejection exits with 13': {
    prepare: () => {
      on('unhandledRejection', () => process.exit(13));
      return () => void Promise.reject(error());
    },
  },
};

const DEAD = {
  'process.abort()': { prepare: () => () => process.abort() },
  'out of memory': {
    prepare: () => () => {
      const hoard = [];
      for (;;) hoard.push(new Array(10_000).fill(hoard));
    },
  },
};

export const WAYS = { ...NATURAL, ...EXITS, ...THROWN, ...REJECTED, ...DEAD, ...WAYS_BY_SIGNAL };
