import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FaultSwitches } from './fault-switches.ts';

// How often a hanging request looks whether it may go on.
const HANG_POLL_MILLIS = 100;

/** Lets the faults that are on happen to a request. A hanging one goes on when the fault ends, and is given up when its client goes. */
export function faultHook(
  switches: FaultSwitches,
  random: () => number,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request) => {
    if (random() < (switches.value('hang', 'ratio') ?? 0)) {
      while (switches.value('hang', 'ratio') !== undefined && !request.socket.destroyed) await sleep(HANG_POLL_MILLIS);
    }
    const millis = switches.value('latency', 'ms');
    if (millis !== undefined && random() < (switches.value('latency', 'ratio') ?? 0)) await sleep(millis);
    if (random() < (switches.value('errors', 'ratio') ?? 0)) throw new Error('fault injected: errors');
  };
}
