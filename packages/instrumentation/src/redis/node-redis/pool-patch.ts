import { replaceMethod } from '../../patched-method.ts';
import type { RedisRecorder } from '../redis-recorder.ts';

interface Pool {
  readonly clientsInUse: number;
  readonly totalClients: number;
}

type Task = (...args: never[]) => unknown;
type Execute = (this: Pool, task: Task, ...rest: unknown[]) => unknown;

/**
 * A task that waits for a client is run by whoever gives one back, in that one's context: its spans would belong to another request.
 * Only such a task is bound to the context it came from, because binding costs as much as a span.
 */
export function patchPool(Pool: { readonly prototype: object }, recorder: RedisRecorder): void {
  replaceMethod<Execute>(
    Pool.prototype,
    'execute',
    (original) =>
      function (task, ...rest) {
        return original.call(this, recorder.isEnabled ? ofThisContext(recorder, this, task) : task, ...rest);
      },
  );
}

function ofThisContext(recorder: RedisRecorder, pool: Pool, task: Task): Task {
  try {
    if (typeof task !== 'function' || pool.totalClients > pool.clientsInUse) return task;
    return recorder.contextManager.bind(recorder.contextManager.active(), task);
  } catch (error) {
    recorder.failed(error);
    return task;
  }
}
