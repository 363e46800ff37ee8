import { setTimeout as sleep } from 'node:timers/promises';
import type { BedApplication } from './application/bed-application.ts';
import type { Route } from './backend.ts';
import type { SpansExpected } from './life.ts';
import type { Side } from './side.ts';

const CALIBRATION_REQUESTS = 20;
const CALIBRATION_MILLIS_MAXIMUM = 20_000;
/** Nothing came for so long: nothing comes any more. */
const SETTLED_MILLIS = 600;

/** What a healthy application delivers for each request, and once, from two times twenty requests. */
export async function calibrate(well: BedApplication, side: Side<Route>, signal: AbortSignal): Promise<SpansExpected> {
  const first = await settledSpans(well, side, signal);
  const both = await settledSpans(well, side, signal);
  const perRequest = (both - first) / CALIBRATION_REQUESTS;
  if (Number.isInteger(perRequest) && perRequest > 0)
    return { perRequest, once: first - CALIBRATION_REQUESTS * perRequest };
  throw new Error(`${CALIBRATION_REQUESTS} requests to a healthy application gave ${both - first} spans`);
}

/** Asks twenty times; resolves to the spans at the sink once they have stopped to come. */
async function settledSpans(well: BedApplication, { backend }: Side<Route>, signal: AbortSignal): Promise<number> {
  const count = async () => (await backend.sink.tally()).services[well.options.name] ?? 0;
  const before = await count();
  for (let request = 0; request < CALIBRATION_REQUESTS; request += 1) {
    await (await fetch(`${well.url}/ping`, { signal })).text();
  }
  const startedMillis = performance.now();
  for (;;) {
    const earlier = await count();
    await sleep(SETTLED_MILLIS, undefined, { signal });
    const spans = await count();
    if (spans - before >= CALIBRATION_REQUESTS && spans === earlier) return spans;
    if (performance.now() - startedMillis > CALIBRATION_MILLIS_MAXIMUM) return spans;
  }
}
