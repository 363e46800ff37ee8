import { replaceMethod } from '../../patched-method.ts';
import type { RedisOperation } from '../redis-operation.ts';
import type { RedisRecorder } from '../redis-recorder.ts';

/** A command that a cluster sends to the node it belongs to, and after a redirection to the next one. */
export interface ClusterCall {
  operation: RedisOperation | undefined;
}

/** The command for which a cluster is calling a client right now, in this very turn. */
export interface ClusterCalls {
  current: ClusterCall | undefined;
}

type Send = (...args: unknown[]) => Promise<unknown>;
type Execute = (
  this: object,
  key: unknown,
  isReadonly: unknown,
  options: unknown,
  send: Send,
  ...rest: unknown[]
) => Promise<unknown>;

/**
 * One operation for a command, however often it is redirected. The first releases of 5 keep this method to themselves: there every
 * attempt is an operation, those that are redirected with the error `MOVED` or `ASK`.
 */
export function patchCluster(
  Cluster: { readonly prototype: object },
  recorder: RedisRecorder,
  calls: ClusterCalls,
): void {
  replaceMethod<Execute>(
    Cluster.prototype,
    '_execute',
    (original) =>
      function (key, isReadonly, options, send, ...rest) {
        if (!recorder.isEnabled || typeof send !== 'function') {
          return original.call(this, key, isReadonly, options, send, ...rest);
        }
        const call: ClusterCall = { operation: undefined };
        const marked: Send = (...args) => {
          const outer = calls.current;
          calls.current = call;
          try {
            return send(...args);
          } finally {
            calls.current = outer;
          }
        };
        const promise = original.call(this, key, isReadonly, options, marked, ...rest);
        // An async function of the library hands the promise on, so this reaction handles nobody's rejection.
        promise.then(
          (reply) => call.operation?.succeed(reply, true),
          (error: unknown) => call.operation?.fail(error),
        );
        return promise;
      },
  );
}
