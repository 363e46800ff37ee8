import type { RequestHandler } from 'express';
import type { Redis } from 'ioredis';
import { judge, windowAt } from './fixed-window.ts';
import { problem, send } from './reply.ts';

export interface RateLimitOptions {
  readonly redis: Pick<Redis, 'multi'>;
  /** Requests per client and window. 0 means no limit. */
  readonly limit: number;
  readonly windowSeconds: number;
  readonly epochMillis: () => number;
}

/** A fixed window for each client address, counted in Redis. Without Redis it lets everything through: a shop that sells beats one that counts. */
export function rateLimit({ redis, limit, windowSeconds, epochMillis }: RateLimitOptions): RequestHandler {
  if (limit === 0) return (_request, _response, next) => next();
  return async (request, response, next) => {
    const window = windowAt(epochMillis(), windowSeconds);
    const count = await countRequest(redis, `rate:${request.ip}:${window.index}`, windowSeconds);
    if (count === undefined) return next();
    const verdict = judge(count, limit);
    response.set({
      'RateLimit-Limit': String(limit),
      'RateLimit-Remaining': String(verdict.remaining),
      'RateLimit-Reset': String(window.resetSeconds),
    });
    if (verdict.status === 'allowed') return next();
    response.set('Retry-After', String(window.resetSeconds));
    send(
      response,
      problem(429, 'Too many requests', {
        detail: `${limit} requests in ${windowSeconds} s are allowed; try again in ${window.resetSeconds} s`,
      }),
    );
  };
}

async function countRequest(
  redis: Pick<Redis, 'multi'>,
  key: string,
  windowSeconds: number,
): Promise<number | undefined> {
  try {
    // Both or neither: a key without an end would stay for ever.
    const replies = await redis.multi().incr(key).expire(key, windowSeconds).exec();
    const count = replies?.[0]?.[1];
    return typeof count === 'number' ? count : undefined;
  } catch {
    // Redis is away; its connection has logged it.
    return undefined;
  }
}
