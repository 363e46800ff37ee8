import type { ExportLoop } from '../export-loop/export-loop.ts';
import { compressHere } from './compress.ts';
import type { ExportPlatform } from './export-platform.ts';
import { givenUp } from './given-up.ts';
import { openExportLoop } from './open-export-loop.ts';
import { waitForNotify } from './wait-for-notify.ts';
import { type FromWorker, STOPPED, STOPPED_WORD, type ToWorker, type WorkerStart } from './worker-message.ts';

/** What runs in the worker's thread: the export loop, and the port over which the host speaks to it. */
export function runExportWorker(start: WorkerStart, platform: ExportPlatform): void {
  const { memory, port, settings } = start;
  const tell = (message: FromWorker): void => port.postMessage(message);

  const loop = openExportLoop({
    platform,
    memory,
    settings,
    compress: compressHere,
    log: (line) => tell({ kind: 'log', line }),
    attempted: (attempt) => tell({ kind: 'attempted', attempt }),
    failed: (error) => {
      tell({ kind: 'failed' });
      // Ends this thread; the main thread settles what it had in hand and starts another. Thrown here, the loop would catch it.
      platform.soon(() => {
        throw error;
      });
    },
  });

  // The port is all that keeps this thread alive: sockets and timers are let go of, whichever thread they are in.
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'submit') {
      const { id, signal, bytes, items } = message;
      loop.submit(signal, bytes, items, (outcome) => tell({ kind: 'settled', id, outcome }));
    } else if (message.kind === 'flush') {
      loop.flush((isComplete) => tell({ kind: 'flushed', id: message.id, isComplete }));
    } else {
      stop(start, loop, message.untilMillis - platform.clock.monotonicMillis());
    }
  });
  waitForNotify(memory, platform, () => loop.wake());
  tell({ kind: 'ready' });
}

function stop({ memory, port }: WorkerStart, loop: ExportLoop, withinMillis: number): void {
  const tell = (message: FromWorker): void => port.postMessage(message);
  const before = givenUp(memory);
  loop.drain(withinMillis, () => {
    const control = new Int32Array(memory.control);
    // Before anything that wakes the other thread: seeing the word or the message, it may end this one.
    Atomics.store(control, STOPPED_WORD, givenUp(memory) === before ? STOPPED.clean : STOPPED.leftovers);
    tell({ kind: 'stopped' });
    Atomics.notify(control, STOPPED_WORD);
    port.close();
  });
}
