import { replaceMethod } from '../../patched-method.ts';
import type { RedisConnection } from '../redis-connection.ts';
import { redisErrorType } from '../redis-error-type.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import { followCommand } from './followed-command.ts';
import {
  type IoredisClient,
  type IoredisCommand,
  type IoredisCommandClass,
  type IoredisStream,
  OPERATION,
} from './ioredis-client.ts';
import { databaseOf, type IoredisDriver, isGivenUp, isInternalConnection } from './ioredis-driver.ts';

type SendCommand = (this: IoredisClient, command: IoredisCommand, stream?: IoredisStream, node?: unknown) => unknown;
type SetStatus = (this: IoredisClient, status: string, argument?: unknown) => void;
type Disconnect = (this: IoredisClient, ...rest: unknown[]) => void;
type SilentEmit = (this: IoredisClient, event: string, ...rest: unknown[]) => unknown;

/** What a connection says before it is ready, for itself. */
const HANDSHAKE = new Set(['auth', 'hello', 'select', 'client', 'readonly', 'info']);

export interface IoredisClass {
  readonly prototype: object;
  readonly Command: IoredisCommandClass;
}

/** Sees every command, state and error of the connections of one copy of ioredis. @returns false where the class is made otherwise. */
export function patchRedis(Redis: IoredisClass, recorder: RedisRecorder, driver: IoredisDriver): boolean {
  const { prototype } = Redis;
  const { sendCommand, setStatus, silentEmit } = prototype as Record<string, unknown>;
  if (typeof sendCommand !== 'function' || typeof setStatus !== 'function' || typeof silentEmit !== 'function') {
    return false;
  }
  driver.use(sendCommand as SendCommand, Redis.Command);
  replaceMethod<SendCommand>(
    prototype,
    'sendCommand',
    (original) =>
      function (command, stream, node) {
        if (recorder.isEnabled) beforeSend(recorder, driver, this, command, stream);
        return original.call(this, command, stream, node);
      },
  );
  replaceMethod<SetStatus>(
    prototype,
    'setStatus',
    (original) =>
      function (status, argument) {
        if (recorder.isEnabled) beforeStatus(recorder, driver, this, status);
        original.call(this, status, argument);
      },
  );
  replaceMethod<SilentEmit>(
    prototype,
    'silentEmit',
    (original) =>
      function (...event) {
        if (recorder.isEnabled && event[0] === 'error') beforeError(recorder, driver, this, event[1]);
        return original.apply(this, event);
      },
  );
  replaceMethod<Disconnect>(
    prototype,
    'disconnect',
    (original) =>
      function (...rest) {
        original.apply(this, rest);
        if (recorder.isEnabled && isGivenUp(this)) abandonUnsent(recorder, this);
      },
  );
  return true;
}

function beforeSend(
  recorder: RedisRecorder,
  driver: IoredisDriver,
  client: IoredisClient,
  command: IoredisCommand,
  stream: IoredisStream | undefined,
): void {
  try {
    const known = command[OPERATION];
    if (known === undefined && stream?.isPipeline === true) return;
    const connection = recorder.connections.of(client, driver, isInternalConnection);
    if (connection.server.database !== databaseOf(client)) connection.server = driver.server(client);
    if (known !== undefined) {
      // Queued, or redirected by a cluster, and sent now.
      known.moveTo(connection.server);
      return;
    }
    if (connection.isInternal || typeof command.name !== 'string') return;
    if (client.status === 'connect' && HANDSHAKE.has(command.name)) return;
    const operation = recorder.begin(connection, connection.server, command.name, command.args, 0);
    if (operation === undefined) return;
    followTransaction(connection, operation.entry.name);
    followCommand(command, operation, connection);
  } catch (error) {
    recorder.failed(error);
  }
}

/** A transaction whose commands are sent one by one (`multi({ pipeline: false })`). */
function followTransaction(connection: RedisConnection, name: string): void {
  if (name === 'MULTI') connection.isInTransaction = true;
  else if (connection.isInTransaction && (name === 'EXEC' || name === 'DISCARD')) connection.isInTransaction = false;
}

function beforeStatus(recorder: RedisRecorder, driver: IoredisDriver, client: IoredisClient, status: string): void {
  try {
    const { connections } = recorder;
    const connection = connections.of(client, driver, isInternalConnection);
    if (status === 'reconnecting') connection.server.countReconnect();
    else if (status === 'connecting') connections.remember(connection);
    else if (status === 'connect') connection.server = driver.server(client);
    else if (status === 'close') connection.isInTransaction = false;
    else if (status === 'end') {
      abandonUnsent(recorder, client);
      connections.forget(client);
    }
  } catch (error) {
    recorder.failed(error);
  }
}

/** The client will not settle these: they wait for a connection that nobody makes any more. */
function abandonUnsent(recorder: RedisRecorder, { offlineQueue, prevCommandQueue }: IoredisClient): void {
  try {
    for (const queue of [offlineQueue, prevCommandQueue]) {
      const length = queue?.length ?? 0;
      for (let index = 0; index < length; index += 1) queue?.peekAt(index)?.command[OPERATION]?.fail(CLOSED);
    }
  } catch (error) {
    recorder.failed(error);
  }
}

const CLOSED = new Error('Connection is closed.');

function beforeError(recorder: RedisRecorder, driver: IoredisDriver, client: IoredisClient, error: unknown): void {
  // Somebody closes the connection: what the socket says of it is no failure, and the client keeps it to itself.
  if (client.manuallyClosing === true || client.status === 'end') return;
  try {
    recorder.connections.of(client, driver, isInternalConnection).server.countError(redisErrorType(error));
  } catch (failure) {
    recorder.failed(failure);
  }
}
