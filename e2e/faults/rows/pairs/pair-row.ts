import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type SinkStep, startSink } from '@vigil-internal/otlp-sink';
import { BedApplication } from '../../bed/application/bed-application.ts';
import { bareEnd } from '../../bed/bare-end.ts';
import { accountOf } from '../../bed/life.ts';
import { startWindow } from '../../bed/load-window.ts';
import { VitalsWatch } from '../../bed/vitals-watch.ts';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { throughProxy } from '../network/way.ts';
import type { FaultPair } from './choose-pairs.ts';
import { judgePair } from './judge-pair.ts';
import { type PairFault, type PairTarget, SUSPENDED } from './pair-fault.ts';

const PRELOAD = fileURLToPath(new URL('afflicted.mjs', import.meta.url));
const RATE = 300;
const HEALTHY_MILLIS = 700;
const FAULT_MILLIS = 1_200;
const LOAD_MILLIS = HEALTHY_MILLIS + 3 * FAULT_MILLIS;
/** Two reports of the witness. */
const REPORTED_MILLIS = 600;
const TYPICAL_SECONDS = 9;

/** Two faults in one short life of an application: nothing is timed but its end. */
export function pairRow(pair: FaultPair): FaultRow {
  const { first, second, pattern } = pair;
  return {
    id: `F52 ${first.name} + ${second.name}`,
    fault: `${first.name} and ${second.name}, ${pattern}`,
    load: `GET /ping ${RATE} times a second, every span exported`,
    expected: 'no request fails, the ledger is exact, sockets and log lines are bounded, it stops in time',
    needs: [],
    subjects: ['vigil'],
    inSelection: false,
    typicalSeconds: TYPICAL_SECONDS,
    run: (context) => runPair(pair, context),
  };
}

async function runPair(pair: FaultPair, context: RowContext): Promise<RowOutcome> {
  const sink = await startSink();
  try {
    const route = await throughProxy(sink, context);
    try {
      const names = [pair.first, pair.second].filter(({ kind }) => kind === 'affliction').map(({ name }) => name);
      const own = { flags: ['--import', PRELOAD], environment: { AFFLICTIONS: names.join() } };
      const given = { subject: context.subject, name: 'pair', route, own, onSigterm: 'none' } as const;
      const application = await BedApplication.start(given);
      try {
        return await live(pair, { sink, proxy: route.proxy, application }, context.signal);
      } finally {
        await application.dispose();
      }
    } finally {
      await route.close();
    }
  } finally {
    await sink.close();
  }
}

async function live(pair: FaultPair, target: PairTarget, signal: AbortSignal): Promise<RowOutcome> {
  const { application, sink } = target;
  const bare = await bareEnd('none');
  const faults = new Faults(target);
  const watch = new VitalsWatch(application);
  const loaded = startWindow(application, LOAD_MILLIS, signal, RATE);
  await sleep(HEALTHY_MILLIS, undefined, { signal });
  await faults.begin(pair.first);
  await sleep(FAULT_MILLIS, undefined, { signal });
  if (pair.pattern === 'second while it recovers') await faults.end(pair.first);
  if (pair.pattern !== 'second while it stops') await faults.begin(pair.second);
  await sleep(FAULT_MILLIS, undefined, { signal });
  // Who is suspended can answer nobody: its load, and its end, come after.
  await faults.resume();
  const window = await loaded;
  await sleep(REPORTED_MILLIS, undefined, { signal });
  const side = watch.end();
  const ending = application.stop();
  if (pair.pattern === 'second while it stops') await faults.begin(pair.second);
  const end = await ending;
  await faults.endAll();
  return judgePair({ window, side, bareEnd: bare, life: await accountOf(application, sink, undefined, end) });
}

/** The faults that are there now, put together. */
class Faults {
  readonly #target: PairTarget;
  readonly #present = new Set<PairFault>();

  constructor(target: PairTarget) {
    this.#target = target;
  }

  async begin(fault: PairFault): Promise<void> {
    this.#present.add(fault);
    if (fault.kind === 'process') await fault.begin(this.#target);
    else if (fault.kind === 'affliction') this.#target.application.signal('SIGUSR2');
    else if (fault.kind === 'way') await this.#lead();
    else await this.#answer();
  }

  async end(fault: PairFault): Promise<void> {
    if (!this.#present.delete(fault)) return;
    if (fault.kind === 'process') await fault.end(this.#target);
    // A sink that was started again has forgotten how it was to answer.
    if (fault.kind === 'way') await this.#lead();
    else if (fault.kind !== 'affliction') await this.#answer();
  }

  resume(): Promise<void> {
    return this.end(SUSPENDED);
  }

  async endAll(): Promise<void> {
    // Processes first: who is frozen or gone cannot be told how to answer.
    const order = [...this.#present].toSorted((a, b) => Number(b.kind === 'process') - Number(a.kind === 'process'));
    for (const fault of order) await this.end(fault);
  }

  /** Both toxics of one direction. */
  async #lead(): Promise<void> {
    const present = [...this.#present].flatMap((fault) => (fault.kind === 'way' ? [fault.toxics] : []));
    await this.#target.proxy.set({
      upstream: present.flatMap(({ upstream = [] }) => upstream),
      downstream: present.flatMap(({ downstream = [] }) => downstream),
    });
  }

  /** Two answers take turns. A sink that is frozen or gone learns it when it is back. */
  async #answer(): Promise<void> {
    const cannotHear = [...this.#present].some(({ name }) => name === 'frozen' || name === 'killed');
    if (cannotHear) return;
    const steps = [...this.#present].flatMap((fault): SinkStep[] => (fault.kind === 'answer' ? [fault.step] : []));
    const [only, other] = steps;
    const both: SinkStep = other === undefined ? (only ?? { kind: 'answer' }) : { kind: 'cycle', steps };
    await this.#target.sink.behave(both);
  }
}
