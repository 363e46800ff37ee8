import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import type { FaultBoard } from './fault-board.ts';
import { HeapLeak } from './heap-leak.ts';
import type { ShopFaults } from './shop-faults.ts';

/** Faults that happen to requests: latency, errors and leak. Costs three map look-ups when none is on. */
export function faultMiddleware(faults: FaultBoard<ShopFaults>, random: () => number): RequestHandler {
  const heapLeak = new HeapLeak();
  return async (_request, _response, next) => {
    const leak = faults.active('leak');
    if (leak === undefined) heapLeak.release();
    else heapLeak.grow(leak);
    const latency = faults.active('latency');
    if (latency !== undefined && random() < latency.ratio) await sleep(latency.ms);
    const errors = faults.active('errors');
    if (errors !== undefined && random() < errors.ratio) throw new Error('fault injected: errors');
    next();
  };
}
