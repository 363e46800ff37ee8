import { Redis } from 'ioredis';
import type { Logger } from '../log/logger.ts';

const COMMAND_TIMEOUT_MILLIS = 500;
const RECONNECT_MILLIS_MAX = 2_000;

/** A client that fails fast: while Redis is away every command is refused at once and the shop goes on without it. */
export function connectRedis({
  redisUrl,
  redisPrefix,
  log,
}: {
  redisUrl: string;
  redisPrefix: string;
  log: Logger;
}): Redis {
  const redis = new Redis(redisUrl, {
    keyPrefix: redisPrefix,
    commandTimeout: COMMAND_TIMEOUT_MILLIS,
    connectTimeout: COMMAND_TIMEOUT_MILLIS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    lazyConnect: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_MILLIS_MAX),
  });
  // One line when it goes and one when it is back, not one for each attempt.
  let away = false;
  redis.on('error', (error) => {
    if (!away) log.warn({ reason: error.message }, 'redis is away: no cache, no rate limit');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info('redis is back');
    away = false;
  });
  return redis;
}
