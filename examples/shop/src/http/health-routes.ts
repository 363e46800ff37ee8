import { type IRouter, Router } from 'express';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import { route } from './reply.ts';

export interface HealthParts {
  readonly pool: pg.Pool;
  readonly redis: Redis;
  readonly isStopping: () => boolean;
}

/** `/livez`: the event loop turns. `/readyz`: the database answers and the shop is not stopping; Redis is reported but not needed. */
export function healthRoutes({ pool, redis, isStopping }: HealthParts): IRouter {
  const routes = Router();
  routes.get(
    '/livez',
    route(() => ({ status: 200, body: { status: 'ok' } })),
  );
  routes.get(
    '/readyz',
    route(async () => {
      const database = isStopping() ? 'stopping' : await answer(() => pool.query('select 1'));
      const cache = await answer(() => redis.ping());
      const ready = database === 'ok';
      return { status: ready ? 200 : 503, body: { status: ready ? 'ok' : 'unavailable', database, redis: cache } };
    }),
  );
  return routes;
}

async function answer(ask: () => Promise<unknown>): Promise<'ok' | 'unavailable'> {
  try {
    await ask();
    return 'ok';
  } catch {
    // Which one is away is the answer; the reason is in the log.
    return 'unavailable';
  }
}
