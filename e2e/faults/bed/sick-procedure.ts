import { setTimeout as sleep } from 'node:timers/promises';
import type { RowContext } from '../row.ts';
import type { BedApplication } from './application/bed-application.ts';
import type { Route } from './backend.ts';
import { bareEnd } from './bare-end.ts';
import { calibrate } from './calibrate.ts';
import { accountOf, type SpansExpected } from './life.ts';
import { comparePairs, loadWindow, startWindow } from './load-window.ts';
import type { SickBackend } from './sick-backend.ts';
import type { Life, OnSigterm, SickLife, SickReading } from './sick-reading.ts';
import { openSide, type Side } from './side.ts';
import { VitalsWatch } from './vitals-watch.ts';

/** In windows of the comparison. */
const WARM_UP_WINDOWS = 4;
/** The fault falls into this load. */
const SICKENING_MILLIS = 1_500;
const SICK_LIFE_MILLIS = 2_000;
/** While it recovers, so that there is something to probe with. */
const RECOVERY_RATE = 50;
const RECOVERY_SECONDS_MAXIMUM = 90;
/** Two reports of the witness: what it said last is then what was served. */
const REPORTED_MILLIS = 600;
const DRAIN_MILLIS_MAXIMUM = 20_000;

/** Everything one run of a row holds; each step below takes it. */
interface Run<Way extends Route> {
  readonly sick: SickBackend<Way>;
  readonly context: RowContext;
  readonly ailing: Side<Way>;
  readonly healthy: Side<Way>;
}

/** Two applications, one of them with a sick backend: compares, heals, and lets further lives end while it is sick. */
export async function runSickBackend<Way extends Route>(
  sick: SickBackend<Way>,
  context: RowContext,
): Promise<SickReading> {
  const healthy = await openSide(sick, context);
  try {
    const ailing = await openSide(sick, context, sick.sickOnly);
    try {
      return await runLives({ sick, context, healthy, ailing });
    } finally {
      await ailing.close();
    }
  } finally {
    await healthy.close();
  }
}

async function runLives<Way extends Route>(run: Run<Way>): Promise<SickReading> {
  const { sick, context, ailing, healthy } = run;
  const { signal, progress } = context;
  progress('starts');
  const well = await healthy.start('healthy');
  if (sick.fromStart === true) await sick.sicken(ailing.backend, undefined);
  const ill = await ailing.start('sick');
  const expected = await calibrate(well, healthy, signal);
  progress(`${expected.perRequest} spans a request; warms up`);
  for (const one of [well, ill]) await loadWindow(one, WARM_UP_WINDOWS * context.effort.windowMillis, signal);

  const watches = { sick: new VitalsWatch(ill), healthy: new VitalsWatch(well) };
  const sickSinceMillis = performance.now();
  if (sick.fromStart !== true) await sickenUnderLoad(run, ill, well);
  progress('compares');
  const pairs = await comparePairs(ill, well, context.effort, signal);
  const sickSeconds = (performance.now() - sickSinceMillis) / 1_000;
  await sleep(REPORTED_MILLIS, undefined, { signal });
  const sides = { sick: watches.sick.end(), healthy: watches.healthy.end() };

  const recoverySeconds = await recover(run, ill);
  const first = await endLife(run, ill, expected);
  await well.dispose();
  const ended: SickLife[] = [];
  // Who leaves the signal to its telemetry asks more of it; that takes time CI does not have.
  for (const onSigterm of context.effort.judgesTimes ? (['drain', 'none'] as const) : (['drain'] as const)) {
    ended.push(await sickLife(run, expected, onSigterm));
  }
  return {
    subject: context.subject,
    sickSeconds,
    pairs,
    ...sides,
    recoverySeconds,
    startMillis: { sick: ill.startMillis, healthy: well.startMillis },
    first,
    ended,
  };
}

/** Both sides get the same load meanwhile, one after the other, so that their requests can be compared. */
async function sickenUnderLoad<Way extends Route>(run: Run<Way>, ill: BedApplication, well: BedApplication) {
  const { sick, context, ailing } = run;
  context.progress('sickens under load');
  const loaded = startWindow(ill, SICKENING_MILLIS, context.signal);
  await sleep(SICKENING_MILLIS / 3, undefined, { signal: context.signal });
  await Promise.all([loaded, sick.sicken(ailing.backend, ill)]);
  await loadWindow(well, SICKENING_MILLIS, context.signal);
}

/** Heals under a light load; resolves to the seconds until something is delivered again, infinite when nothing is. */
async function recover<Way extends Route>(run: Run<Way>, ill: BedApplication): Promise<number | undefined> {
  const { sick, context, ailing } = run;
  if (sick.heal === undefined) return undefined;
  context.progress('heals');
  await sick.heal(ailing.backend, ill);
  const healedMillis = performance.now();
  const before = await delivered(ill, ailing);
  const stop = new AbortController();
  const any = AbortSignal.any([stop.signal, context.signal]);
  const loaded = startWindow(ill, RECOVERY_SECONDS_MAXIMUM * 1_000, any, RECOVERY_RATE).catch(() => undefined);
  try {
    for (;;) {
      const seconds = (performance.now() - healedMillis) / 1_000;
      if ((await delivered(ill, ailing)) > before) return seconds;
      if (seconds > RECOVERY_SECONDS_MAXIMUM) return Number.POSITIVE_INFINITY;
      await sleep(100, undefined, { signal: context.signal });
    }
  } finally {
    stop.abort();
    await loaded;
  }
}

/**
 * Spans the application knows to be accepted. Who has no ledger is asked at the sink, which takes at its thaw what nobody waits
 * for any more: such a subject looks quicker than it is. What comes again counts, for what waited may have been there already.
 */
async function delivered({ now: { ledger } }: BedApplication, { backend }: Side<Route>): Promise<number> {
  if (ledger !== undefined) return ledger.accepted;
  const { spans } = await backend.sink.tally();
  return spans.unique + spans.again;
}

/** Waits until what is queued has an outcome, then ends the application and reads its account. */
async function endLife<Way extends Route>(run: Run<Way>, ill: BedApplication, expected: SpansExpected): Promise<Life> {
  const { context, ailing } = run;
  context.progress('drains and stops');
  const startedMillis = performance.now();
  do await sleep(REPORTED_MILLIS, undefined, { signal: context.signal });
  while (isDraining(ill) && performance.now() - startedMillis < DRAIN_MILLIS_MAXIMUM);
  const end = await ill.stop();
  return accountOf(ill, ailing.backend.sink, expected, end);
}

function isDraining({ now: { ledger }, hasEnded }: BedApplication): boolean {
  return !hasEnded && ledger !== undefined && ledger.queued + ledger.inflight > 0;
}

/** A short life that is told to stop while the fault is there. */
async function sickLife<Way extends Route>(
  run: Run<Way>,
  expected: SpansExpected,
  onSigterm: OnSigterm,
): Promise<SickLife> {
  const { sick, context, ailing } = run;
  const { signal } = context;
  context.progress(`another life, stopped while it is sick (at SIGTERM: ${onSigterm})`);
  const bare = await bareEnd(onSigterm);
  const wasHealed = sick.heal !== undefined;
  if (wasHealed && sick.fromStart === true) await sick.sicken(ailing.backend, undefined);
  const ill = await ailing.start(`sick, ${onSigterm}`, onSigterm);
  const loaded = startWindow(ill, SICK_LIFE_MILLIS, signal);
  await sleep(SICK_LIFE_MILLIS / 2, undefined, { signal });
  if (wasHealed && sick.fromStart !== true) await sick.sicken(ailing.backend, ill);
  await loaded;
  await sleep(REPORTED_MILLIS, undefined, { signal });
  const end = await ill.stop();
  // A sink that is stopped or away cannot be asked.
  await sick.heal?.(ailing.backend, ill);
  return { onSigterm, bareEnd: bare, life: await accountOf(ill, ailing.backend.sink, expected, end) };
}
