import { startSink } from '@vigil-internal/otlp-sink';
import { ROUTES, type Route } from './closed-loop.ts';
import { installLibraries } from './installed-libraries.ts';
import type { Sample } from './over-bare.ts';
import { RunningSubject } from './running-subject.ts';
import type { SliceOrder } from './subject.ts';
import type { Variant } from './variants.ts';

export interface Measurement {
  readonly variants: readonly Variant[];
  readonly lives: number;
  readonly rounds: number;
  /** For the subjects' Node.js, beside the variant's own. */
  readonly nodeFlags: readonly string[];
  readonly progress: (text: string) => void;
  /** Ends it after the slice that runs; what was started is ended. */
  readonly signal: AbortSignal;
}

/** Requests of a slice: about 60 ms of CPU of the bare application each. */
const REQUESTS: Readonly<Record<Route, number>> = { ping: 3_000, orders: 1_500, list: 800 };
/** Slices before the first that counts: what is compiled is compiled by then. */
const WARM_UP_SLICES = 3;

/**
 * Starts every variant anew for each life and runs its slices by turns, so that a noisy machine disturbs all alike.
 * @throws when a request failed, a process ended, or it was interrupted.
 */
export async function measure(measurement: Measurement): Promise<readonly Sample[]> {
  for (const { folder } of measurement.variants) installLibraries(folder, measurement.progress);
  const sink = await startSink();
  try {
    const samples: Sample[] = [];
    for (let life = 0; life < measurement.lives; life += 1) {
      samples.push(...(await live(measurement, life, sink)));
    }
    return samples;
  } finally {
    await sink.close();
  }
}

type Sink = Awaited<ReturnType<typeof startSink>>;

async function live(measurement: Measurement, life: number, sink: Sink): Promise<readonly Sample[]> {
  const { variants, lives, rounds, nodeFlags, progress, signal } = measurement;
  const subjects: RunningSubject[] = [];
  const orders = Object.keys(ROUTES).map((route) => ({ route: route as Route, requests: REQUESTS[route as Route] }));
  try {
    progress(`life ${life + 1} of ${lives}: starts`);
    for (const variant of variants) subjects.push(await RunningSubject.start(variant, sink.url, nodeFlags));
    for (const subject of subjects) {
      progress(`life ${life + 1} of ${lives}: warms up ${subject.variant.name}`);
      for (let slice = 0; slice < WARM_UP_SLICES; slice += 1)
        for (const order of orders) {
          signal.throwIfAborted();
          await subject.run(order);
        }
    }
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round += 1) {
      progress(`life ${life + 1} of ${lives}: round ${round + 1} of ${rounds}`);
      for (const order of orders) {
        for (const subject of turned(subjects, life + round)) {
          signal.throwIfAborted();
          samples.push({ ...(await slice(subject, order, sink)), life });
        }
      }
    }
    return samples;
  } finally {
    for (const subject of subjects) await subject.end();
  }
}

async function slice(subject: RunningSubject, order: SliceOrder, sink: Sink) {
  const { name } = subject.variant;
  const arrived = async () => (await sink.tally()).services[name] ?? 0;
  const before = await arrived();
  const result = await subject.run(order);
  return { ...result, variant: name, route: order.route, spans: ((await arrived()) - before) / order.requests };
}

/** Nobody is always the one after the same neighbour. */
function turned<Item>(items: readonly Item[], by: number): readonly Item[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
