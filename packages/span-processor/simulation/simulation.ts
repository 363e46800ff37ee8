import type { gzipSync, ZlibOptions } from 'node:zlib';
import { watchAtomics } from './atomic-steps.ts';
import { simulateWaiting } from './atomic-waiting.ts';
import { finish } from './ending.ts';
import { moodText } from './mood.ts';
import { type Disturbance, planScenario, type Scenario } from './scenario.ts';
import { takeViolation, Violation } from './violation.ts';
import { createWorld, type World } from './world.ts';

export interface RunResult {
  readonly seed: number;
  readonly family: string;
  /** What broke; undefined when every invariant held. */
  readonly violation: string | undefined;
  readonly lastEvents: readonly string[];
  readonly events: number;
  readonly virtualMillis: number;
  /** Over every event: the same for every run of the seed. */
  readonly hash: string;
  readonly summary: string;
}

const EVENTS_MAXIMUM = 200_000;
/** Rounds of the microtask queue: a chain of promises in the hosts is shorter. */
const MICROTASKS = 12;

/** Lets promises settle that the last event resolved. */
export async function settlePromises(): Promise<void> {
  for (let round = 0; round < MICROTASKS; round++) await undefined;
}

/** Runs events up to a moment, and checks everything after each. */
export async function runUntil(world: World, until: number): Promise<void> {
  const { time, log } = world;
  while (time.step(until) !== undefined) {
    await settlePromises();
    world.check();
    if (log.count > EVENTS_MAXIMUM) throw new Violation('bounds', `more than ${EVENTS_MAXIMUM} events`);
  }
  time.now = Math.max(time.now, until);
}

function plan(world: World): void {
  const { scenario, time, collector, log, application, submissions } = world;
  for (const { at, mood, signal } of scenario.moods) {
    time.schedule('world', at, 'mood', () => {
      log.add(time.now, `mood ${signal ?? ''} ${moodText(mood)}`);
      if (signal !== undefined) collector.pathMoods.set(signal, mood);
      else {
        collector.mood = mood;
        collector.pathMoods.clear();
      }
    });
  }
  for (const disturbance of scenario.disturbances) {
    time.schedule('world', disturbance.at, disturbance.kind, () => disturb(world, disturbance));
  }
  application.start(scenario.endMillis);
  submissions.start(scenario.load.otherSignalsGapMillis, scenario.endMillis);
}

function disturb({ time, machine, steps, log, pipeline, progress }: World, disturbance: Disturbance): void {
  log.add(time.now, `disturbance ${JSON.stringify(disturbance)}`);
  switch (disturbance.kind) {
    case 'kill':
      machine.kill();
      break;
    case 'killInside':
      steps.killAfter(disturbance.steps);
      break;
    case 'wallJump':
      time.epochOffset += disturbance.millis;
      break;
    case 'stall':
      time.stall(disturbance.thread, disturbance.millis);
      progress.excuse(time.now + disturbance.millis);
      break;
    case 'forceFlush':
      time.schedule('main', 0, 'flush', () => void pipeline.forceFlush({ timeoutMillis: disturbance.timeoutMillis }));
      break;
    case 'workersForbidden':
      machine.isForbidden = true;
      break;
  }
}

/** Runs one scenario from beginning to end. Never throws what the code under test did wrong: that is in the result. */
export async function runScenario(
  scenario: Scenario,
  print?: ((line: string) => void) | undefined,
): Promise<RunResult> {
  let world: World | undefined;
  let violation: string | undefined;
  const restore: (() => void)[] = [];
  takeViolation();
  try {
    restore.push(
      simulateWaiting({
        waker: (callback) => world?.machine.waker(callback) ?? (() => undefined),
        block: (millis, isDone) => world !== undefined && blockMain(world, millis, isDone),
      }),
    );
    world = createWorld(scenario, print);
    restore.push(simulateGzip(world.time));
    const { steps, machine } = world;
    restore.push(
      watchAtomics(() => {
        machine.refuseDead();
        steps.step();
      }),
    );
    world.log.add(
      0,
      `seed ${scenario.seed}: ${JSON.stringify({ ...scenario, moods: undefined, disturbances: undefined })}`,
    );
    plan(world);
    await runUntil(world, scenario.endMillis);
    await finish(world);
  } catch (error) {
    violation = `app-safe: ${error instanceof Error ? error.stack : String(error)}`;
  } finally {
    for (const undo of restore.reverse()) undo();
  }
  violation = takeViolation()?.message ?? violation;
  return {
    seed: scenario.seed,
    family: scenario.family,
    violation,
    lastEvents: world?.log.last() ?? [],
    events: world?.log.count ?? 0,
    virtualMillis: world?.time.now ?? 0,
    hash: world?.log.hash ?? '',
    summary: world === undefined ? '' : summaryOf(world),
  };
}

export const runSeed = (seed: number, options: { readonly print?: ((line: string) => void) | undefined } = {}) =>
  runScenario(planScenario(seed), options.print);

/** On the application's thread bodies are compressed elsewhere, in real time: here at once, and the answer comes later. */
function simulateGzip(time: World['time']): () => void {
  const zlib = process.getBuiltinModule('node:zlib') as { gzip: unknown; gzipSync: typeof gzipSync };
  const { gzip } = zlib;
  zlib.gzip = (body: Uint8Array, options: ZlibOptions, done: (error: Error | null, bytes: Uint8Array) => void) =>
    time.schedule('main', 1, 'gzip', () => done(null, zlib.gzipSync(body, options)));
  return () => {
    zlib.gzip = gzip;
  };
}

/** The main thread stands still while worker and world go on. */
function blockMain({ time }: World, millis: number, isDone: () => boolean): void {
  const until = time.now + millis;
  while (!isDone() && time.step(until, 'main') !== undefined);
  if (!isDone()) time.now = Math.max(time.now, until);
}

function summaryOf({ pipeline, collector, machine, log, scenario }: World): string {
  const { ended, sampledOut, accepted, unconfirmed, queued, inflight, lost } = pipeline.ledger();
  const losses = Object.entries(lost).filter(([, count]) => count > 0);
  return `${scenario.family}/${scenario.ending}: ${ended} ended, ${sampledOut} sampled out, ${accepted} accepted, ${unconfirmed} unconfirmed, ${queued} queued, ${inflight} in flight, lost ${JSON.stringify(Object.fromEntries(losses))}; ${collector.requests} requests, ${machine.deaths} deaths, hash ${log.hash}`;
}
