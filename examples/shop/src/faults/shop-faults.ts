import type pg from 'pg';
import type { Logger } from '../log/logger.ts';
import { blockEventLoop } from './event-loop-block.ts';
import type { FaultDefinitions } from './fault-board.ts';
import { exhaustPool } from './pool-exhaustion.ts';

const RATIO = { min: 0, max: 1, default: 1 };

/** Every fault the shop can have, with the bounds of its parameters. */
export function shopFaults({ pool, poolSize, log }: { pool: pg.Pool; poolSize: number; log: Logger }) {
  return {
    errors: { description: 'answers this share of requests with 500', parameters: { ratio: RATIO } },
    latency: {
      description: 'lets this share of requests wait `ms` before they are handled',
      parameters: { ms: { min: 1, max: 30_000 }, ratio: RATIO },
    },
    'n-plus-one': { description: 'reads product lists one product at a time, past the cache', parameters: {} },
    'pool-exhaustion': {
      description: 'holds this many of the database connections',
      parameters: { connections: { min: 1, max: poolSize, default: poolSize } },
      start: ({ connections = poolSize }) => exhaustPool(pool, connections, log),
    },
    'event-loop-block': {
      description: 'blocks the event loop for `ms` once a second',
      // Below a second, so that the request that turns it off still gets through.
      parameters: { ms: { min: 1, max: 900 } },
      start: ({ ms = 1 }) => blockEventLoop(ms),
    },
    leak: {
      description: 'keeps `megabytesPerRequest` of heap for every request until `megabytesMax`',
      parameters: {
        megabytesPerRequest: { min: 0.01, max: 8, default: 0.25 },
        megabytesMax: { min: 1, max: 512, default: 128 },
      },
    },
  } satisfies FaultDefinitions;
}

export type ShopFaults = ReturnType<typeof shopFaults>;
