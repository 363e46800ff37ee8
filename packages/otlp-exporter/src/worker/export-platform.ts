import type { MessagePort, Worker } from 'node:worker_threads';
import type { Clock, Random, Timers } from '../clock.ts';
import type { HttpTransportOptions } from '../transport/http-transport.ts';
import type { Transport } from '../transport/transport.ts';
import type { WorkerStart } from './worker-message.ts';

/**
 * Everything the export path takes of Node.js and the network, in one object: so the simulator runs the hosts, the worker and
 * the loop as they are, in virtual time. What is left are `Atomics`, microtasks and compression.
 */
export interface ExportPlatform {
  readonly clock: Clock;
  readonly random: Random;
  /** None of these keeps the process alive. */
  readonly timers: Timers;
  /** These do: somebody waits for what they end. */
  readonly awaitedTimers: Timers;
  /** Calls back once what runs now on this thread is done; does not keep the process alive. */
  soon(callback: () => void): void;
  createTransport(options: HttpTransportOptions): Transport;
  createChannel(): { readonly port1: MessagePort; readonly port2: MessagePort };
  /** The next message that came in, without waiting. */
  receiveMessage(port: MessagePort): { readonly message: unknown } | undefined;
  /** @throws what Node.js throws where a worker is not allowed. */
  startWorker(start: WorkerStart): Worker;
}
