import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { createHttpTransport } from '../transport/http-transport.ts';
import type { ExportPlatform } from './export-platform.ts';
import { startWorker } from './start-worker.ts';
import { awaitedSystemTimers, systemClock, systemRandom, systemTimers } from './system-clock.ts';

/** The machine itself. */
export const NODE_PLATFORM: ExportPlatform = {
  clock: systemClock,
  random: systemRandom,
  timers: systemTimers,
  awaitedTimers: awaitedSystemTimers,
  soon: (callback) => void setImmediate(callback).unref(),
  createTransport: createHttpTransport,
  createChannel: () => new MessageChannel(),
  receiveMessage: (port) => receiveMessageOnPort(port) as { readonly message: unknown } | undefined,
  startWorker,
};
