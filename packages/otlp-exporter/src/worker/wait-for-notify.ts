import { CONTROL, type PipelineMemory } from '../ring/pipeline-memory.ts';
import type { ExportPlatform } from './export-platform.ts';

/**
 * Calls `wake` whenever the other thread notifies, without a timer: an idle worker does not run at all. Needs something else
 * that keeps the worker's event loop alive, as its port does.
 */
export function waitForNotify(memory: PipelineMemory, { soon }: Pick<ExportPlatform, 'soon'>, wake: () => void): void {
  const control = new Int32Array(memory.control);
  const wait = (): void => {
    const seen = Atomics.load(control, CONTROL.wakeCount);
    wake();
    const result = Atomics.waitAsync(control, CONTROL.wakeCount, seen);
    if (result.async) void result.value.then(wait);
    // It changed while we looked.
    else soon(wait);
  };
  wait();
}

/** The other side of {@link waitForNotify}. */
export function createNotifier(memory: PipelineMemory): () => void {
  const control = new Int32Array(memory.control);
  return () => {
    Atomics.add(control, CONTROL.wakeCount, 1);
    Atomics.notify(control, CONTROL.wakeCount);
  };
}
