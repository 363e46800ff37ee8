import { DB_OPERATION_BATCH_SIZE, VIGIL_OUTCOME } from '@vigil/conventions';
import { replaceMethod } from '../../patched-method.ts';
import { countLookups } from '../lookup-outcome.ts';
import type { RedisConnection } from '../redis-connection.ts';
import type { RedisOperation } from '../redis-operation.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import type { ServerEntry } from '../server-entry.ts';
import { type IoredisCommand, type IoredisPipeline, OPERATION } from './ioredis-client.ts';

type Exec = (this: IoredisPipeline, ...rest: unknown[]) => unknown;
type SendCommand = (this: IoredisPipeline, command: IoredisCommand) => unknown;
/** `[error]` or `[null, value]`. */
type Result = readonly [unknown, unknown?];

/** The server of a client that may be a cluster, whose node is not chosen yet. */
export type ServerOf = (client: IoredisPipeline['redis']) => {
  readonly connection: RedisConnection | undefined;
  readonly server: ServerEntry;
};

/** The symbol under which a copy of the library marks a pipeline that it made by itself; known once its file has been loaded. */
export interface PipelineMarks {
  automatic: symbol | undefined;
}

/**
 * One operation for a pipeline or a transaction that the application made. Of a pipeline that the client made by itself
 * (`enableAutoPipelining`) the application knows nothing: there each command is an operation, begun where it was called.
 *
 * @returns false where the class is made otherwise.
 */
export function patchPipeline(
  Pipeline: { readonly prototype: object },
  recorder: RedisRecorder,
  serverOf: ServerOf,
  marks: PipelineMarks,
): boolean {
  const isAutomatic = (pipeline: IoredisPipeline): boolean =>
    marks.automatic !== undefined && (pipeline as unknown as Record<symbol, unknown>)[marks.automatic] !== undefined;
  const isPatched = replaceMethod<Exec>(
    Pipeline.prototype,
    'exec',
    (original) =>
      function (...rest) {
        if (recorder.isEnabled) beforeExec(recorder, this, serverOf, isAutomatic(this));
        return original.apply(this, rest);
      },
  );
  return (
    isPatched &&
    replaceMethod<SendCommand>(
      Pipeline.prototype,
      'sendCommand',
      (original) =>
        function (command) {
          if (recorder.isEnabled && isAutomatic(this)) beforeQueue(recorder, this, command, serverOf);
          return original.call(this, command);
        },
    )
  );
}

/** A command of the application that will travel in a pipeline it has not asked for. */
function beforeQueue(
  recorder: RedisRecorder,
  pipeline: IoredisPipeline,
  command: IoredisCommand,
  serverOf: ServerOf,
): void {
  try {
    if (command[OPERATION] !== undefined || command.ignore === true || typeof command.name !== 'string') return;
    const { connection, server } = serverOf(pipeline.redis);
    const operation = recorder.begin(connection, server, command.name, command.args, 0);
    if (operation !== undefined) command[OPERATION] = operation;
  } catch (error) {
    recorder.failed(error);
  }
}

function beforeExec(
  recorder: RedisRecorder,
  pipeline: IoredisPipeline,
  serverOf: ServerOf,
  isAutomatic: boolean,
): void {
  try {
    const { _queue: queue, _transactions: transactions } = pipeline;
    // Called for each MULTI that is open, again by a cluster that was not ready or was redirected: the first call that sends counts.
    if (pipeline[OPERATION] !== undefined || transactions > 0 || queue.length === 0) return;
    const { connection, server } = serverOf(pipeline.redis);
    const isTransaction = queue[0]?.name === 'multi' && queue[queue.length - 1]?.name === 'exec';
    const size = isTransaction ? queue.length - 2 : queue.length;
    const name = isTransaction ? 'MULTI' : 'PIPELINE';
    server.command(name).batchSize?.record(size);
    const batch = isAutomatic ? undefined : recorder.beginBatch(connection, server, name);
    // The convention wants no size of 1.
    if (size !== 1) batch?.setAttribute(DB_OPERATION_BATCH_SIZE, size);
    // Its first command carries the operation of the batch to the connection that sends it.
    const [first] = queue;
    if (batch !== undefined && first !== undefined) first[OPERATION] = batch;
    followPipeline(recorder, pipeline, batch);
  } catch (error) {
    recorder.failed(error);
  }
}

function followPipeline(recorder: RedisRecorder, pipeline: IoredisPipeline, batch: RedisOperation | undefined): void {
  const { resolve, reject } = pipeline;
  pipeline[OPERATION] = batch ?? 'automatic';
  pipeline.resolve = (results) => {
    settle(recorder, pipeline, batch, results);
    return resolve.call(pipeline, results);
  };
  pipeline.reject = (error) => {
    if (batch === undefined) for (const command of pipeline._queue) command[OPERATION]?.fail(error);
    else batch.fail(error);
    return reject.call(pipeline, error);
  };
}

function settle(
  recorder: RedisRecorder,
  pipeline: IoredisPipeline,
  batch: RedisOperation | undefined,
  given: unknown,
): void {
  try {
    const queue = pipeline._queue.filter(({ ignore }) => ignore !== true);
    const results = given as readonly Result[];
    if (batch === undefined) settleEach(queue, results);
    else settleBatch(queue, results, batch);
  } catch (error) {
    recorder.failed(error);
    batch?.succeed();
  }
}

function settleEach(queue: readonly IoredisCommand[], results: readonly Result[]): void {
  for (let index = 0; index < queue.length; index += 1) {
    const operation = queue[index]?.[OPERATION];
    if (operation === undefined) continue;
    const [error, value] = results[index] ?? [];
    if (error) operation.fail(error);
    else operation.succeed(value, true);
  }
}

function settleBatch(queue: readonly IoredisCommand[], results: readonly Result[], batch: RedisOperation): void {
  let failure: unknown;
  for (let index = 0; index < queue.length; index += 1) {
    const command = queue[index];
    const [error, value] = results[index] ?? [];
    if (command === undefined) continue;
    failure ||= error;
    if (command.name === 'exec') {
      if (Array.isArray(value)) failure ||= countTransaction(queue, index, value, batch);
      // Somebody changed a watched key, so nothing was done: no error, and the application asks again.
      else if (value === null) batch.setAttribute(VIGIL_OUTCOME, 'discarded');
    } else if (!error && command.inTransaction !== true) {
      countCommand(batch, command.name, value);
    }
  }
  if (failure) batch.fail(failure);
  else batch.succeed();
}

/** Answers of a transaction stand in that of its EXEC, one for each command before it. @returns the first error. */
function countTransaction(
  queue: readonly IoredisCommand[],
  exec: number,
  values: readonly unknown[],
  batch: RedisOperation,
): unknown {
  let failure: unknown;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (value instanceof Error) failure ??= value;
    else countCommand(batch, queue[exec - (values.length - index)]?.name, value);
  }
  return failure;
}

function countCommand(batch: RedisOperation, name: string | undefined, value: unknown): void {
  if (name === undefined) return;
  const { lookups, traits } = batch.server.command(name);
  if (lookups !== undefined && traits.lookup !== undefined) countLookups(traits.lookup, value, lookups);
}
