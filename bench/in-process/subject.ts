// One variant's process: opens the application and runs slices of load when the benchmark asks for them.
import { setTimeout as sleep } from 'node:timers/promises';
import { openApplication } from './application.ts';
import { ClosedLoop, type Route } from './closed-loop.ts';

export interface SliceOrder {
  readonly route: Route;
  readonly requests: number;
}

export interface Slice {
  readonly requests: number;
  /** CPU of all threads, per request. */
  readonly micros: number;
  /** CPU of the application's thread, per request. */
  readonly threadMicros: number;
}

/** Requests between two pauses: so few that nobody's queue of spans runs over (upstream's holds 2,048). */
const BURST = 100;
/** The pause is as long as the burst took, within these bounds. */
const PAUSE_MILLIS = { least: 4, most: 20 };
/** What waits for a batch goes out in this time: both sides send after 100 ms. */
const SETTLE_MILLIS = 250;

const [folder = ''] = process.argv.slice(2);
const loop = new ClosedLoop(await openApplication(folder));
const used = ({ user, system }: NodeJS.CpuUsage): number => user + system;

async function slice({ route, requests }: SliceOrder): Promise<Slice> {
  const all = process.cpuUsage();
  const thread = process.threadCpuUsage();
  for (let left = requests; left > 0; left -= BURST) {
    const from = performance.now();
    await loop.run(route, Math.min(BURST, left));
    await sleep(Math.min(PAUSE_MILLIS.most, Math.max(PAUSE_MILLIS.least, performance.now() - from)));
  }
  await sleep(SETTLE_MILLIS);
  return {
    requests,
    micros: used(process.cpuUsage(all)) / requests,
    threadMicros: used(process.threadCpuUsage(thread)) / requests,
  };
}

process.on('message', (order: SliceOrder) => {
  slice(order).then(
    (result) => process.send?.(result),
    (error: Error) => process.send?.({ problem: error.message }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
