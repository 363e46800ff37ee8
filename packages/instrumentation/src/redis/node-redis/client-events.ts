import { redisErrorType } from '../redis-error-type.ts';
import type { RedisRecorder } from '../redis-recorder.ts';
import type { NodeRedisClient } from './node-redis-client.ts';
import type { NodeRedisDriver } from './node-redis-driver.ts';

type Emit = (this: NodeRedisClient, event: unknown, ...rest: unknown[]) => boolean;

/**
 * Clients tell of their connection by events. No listener is added: one for `error` would keep an application alive that has none, and
 * every other one could be counted.
 */
export function patchEmit(prototype: object, recorder: RedisRecorder, driver: NodeRedisDriver): void {
  const inherited = Object.getPrototypeOf(prototype) as { readonly emit: Emit };
  const { emit } = inherited;
  const patched: Emit = function (event, ...rest) {
    if (recorder.isEnabled) beforeEvent(recorder, driver, this, event, rest[0]);
    return emit.call(this, event, ...rest);
  };
  Object.defineProperty(patched, 'name', { value: emit.name, configurable: true });
  Object.defineProperty(patched, 'length', { value: emit.length, configurable: true });
  Object.defineProperty(prototype, 'emit', { value: patched, writable: true, configurable: true, enumerable: false });
}

function beforeEvent(
  recorder: RedisRecorder,
  driver: NodeRedisDriver,
  client: NodeRedisClient,
  event: unknown,
  argument: unknown,
): void {
  if (event !== 'error' && event !== 'reconnecting' && event !== 'ready' && event !== 'end' && event !== 'connect')
    return;
  try {
    const self = client._self;
    const connection = driver.connection(client);
    if (event === 'error') {
      connection.server.countError(redisErrorType(argument));
    } else if (event === 'reconnecting') {
      connection.server.countReconnect();
      driver.setReconnecting(self, true);
    } else if (event === 'ready') {
      driver.setReconnecting(self, false);
    } else if (event === 'connect') {
      recorder.connections.remember(connection);
    } else {
      connection.isMonitor = false;
      recorder.connections.forget(self);
    }
  } catch (error) {
    recorder.failed(error);
  }
}
