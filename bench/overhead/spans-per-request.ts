import { setTimeout as sleep } from 'node:timers/promises';
import { startSink } from '@vigil-internal/otlp-sink';
import { load, socketLoad } from '../measure/load.ts';
import type { Conditions } from './conditions.ts';
import { startApplication } from './process-life.ts';
import type { Contender } from './rounds.ts';

const REQUESTS_PER_SECOND = 200;
const SECONDS = 2;
/** No agent is silent for longer while it has something to send. */
const QUIET_MILLIS = 3_000;
const PATIENCE_MILLIS = 25_000;
const STEP_MILLIS = 250;

/** Waits until a count no longer grows. */
async function settled(count: () => Promise<number>, signal: AbortSignal): Promise<number> {
  const begun = performance.now();
  let [last, since] = [await count(), begun];
  for (let now = begun; now - since < QUIET_MILLIS && now - begun < PATIENCE_MILLIS; now = performance.now()) {
    await sleep(STEP_MILLIS, undefined, { signal });
    const next = await count();
    if (next !== last) [last, since] = [next, performance.now()];
  }
  return last;
}

/**
 * Spans that come out for one request of each route, counted by their ids at a receiver that has time to look: some hundred
 * requests at a low rate. @throws when the application does not start.
 */
export async function spansPerRequest(contender: Contender, conditions: Conditions): Promise<Record<string, number>> {
  const { sink: forgetting, routes, signal } = conditions;
  const scripted = await startSink();
  const isSentry = contender.variant.name === 'sentry';
  const sink = isSentry ? forgetting : { ...forgetting, port: scripted.port };
  const spans = async () =>
    isSentry ? (await forgetting.tally(true)).sentrySpans : (await scripted.tally()).spans.unique;
  const result: Record<string, number> = {};
  try {
    const life = { ...conditions, ...contender, sink, round: 0 };
    const application = await startApplication({
      ...life,
      databases: { ...conditions.databases, OTEL_BSP_SCHEDULE_DELAY: '500' },
    });
    try {
      let before = await settled(spans, signal);
      for (const route of routes) {
        const window = { seconds: SECONDS, rate: REQUESTS_PER_SECOND, signal };
        const { port, fastifyPort = 0 } = application;
        const at = route.target === 'fastify' ? fastifyPort : port;
        const { requests } =
          route.target === 'socket.io'
            ? await socketLoad({ port, ...window })
            : await load({ url: `http://127.0.0.1:${at}${route.path}`, ...window });
        const after = await settled(spans, signal);
        result[route.name] = (after - before) / Math.max(1, requests);
        before = after;
      }
    } finally {
      await application.stop('SIGKILL');
    }
    return result;
  } finally {
    await forgetting.tally(false);
    await scripted.close();
  }
}
