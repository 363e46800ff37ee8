import { replaceMethod } from '../../patched-method.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import { followCommand } from './followed-command.ts';
import { type IoredisCommand, type IoredisStream, OPERATION } from './ioredis-client.ts';

type SendCommand = (this: object, command: IoredisCommand, stream?: IoredisStream, node?: unknown) => unknown;

/**
 * Begins a cluster's command where the application gives it to the cluster, so that it is one operation however often it is redirected:
 * the cluster puts its own `reject` before the one that is put here. The node it is sent to names the server later.
 *
 * @returns false where the class is made otherwise.
 */
export function patchCluster(Cluster: { readonly prototype: object }, recorder: RedisRecorder): boolean {
  return replaceMethod<SendCommand>(
    Cluster.prototype,
    'sendCommand',
    (original) =>
      function (command, stream, node) {
        if (recorder.isEnabled && stream === undefined && command[OPERATION] === undefined) begin(recorder, command);
        return original.call(this, command, stream, node);
      },
  );
}

function begin(recorder: RedisRecorder, command: IoredisCommand): void {
  try {
    if (typeof command.name !== 'string') return;
    const operation = recorder.begin(undefined, recorder.unknownServer, command.name, command.args, 0);
    if (operation !== undefined) followCommand(command, operation, undefined);
  } catch (error) {
    recorder.failed(error);
  }
}
