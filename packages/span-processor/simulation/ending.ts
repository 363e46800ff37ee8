import { HEALTHY } from './mood.ts';
import { runUntil, settlePromises } from './simulation.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** The longest opening of the breaker, and the longest pause of a refused path, with their jitter. */
const INTERVAL_MILLIS = 36_000;
/** An attempt on its way when everything heals, with the deadline it may still run into. */
const ATTEMPT_MILLIS = 5_600;
const OWN_BACK_OFF_MILLIS = 10_000;
/** A worker that was restarted too often waits until its first restart is a minute old. */
const PARKED_MILLIS = 60_000;
const DRAIN_MILLIS = 20_000;
/** After a stop's own timeout: the end of a thread, timers that are late, threads that are not scheduled. */
const STOP_GRACE_MILLIS = 600;
/** The longest stall of a thread. */
const STALL_MILLIS = 5_000;

/** The second half of a run: the application goes on and everything heals, or the process ends. Then every span has its place. */
export async function finish(world: World): Promise<void> {
  const { scenario } = world;
  if (scenario.ending === 'heal') await heal(world);
  else if (scenario.ending === 'shutdown') await shutDown(world, scenario.stopTimeoutMillis);
  else exit(world);
}

/** Demands recovery: the first batch accepted within one interval and a second, then an empty queue and a closed breaker. */
async function heal(world: World): Promise<void> {
  const { time, collector, application, submissions, traffic, machine, pipeline, log } = world;
  log.add(time.now, 'everything heals');
  application.stop();
  submissions.stop();
  collector.mood = HEALTHY;
  collector.pathMoods.clear();
  machine.isForbidden = false;
  world.steps.killAfter(Number.POSITIVE_INFINITY);
  time.heal();
  const healedAt = time.now;
  time.schedule('main', 0, 'surely kept', () => application.surelyKept());
  const crowded = machine.starts.filter((at) => at > time.now - PARKED_MILLIS).length >= 3;
  const wait =
    1_000 +
    ATTEMPT_MILLIS +
    Math.max(
      INTERVAL_MILLIS,
      Math.min(300_000, traffic.quietUntil - time.now + OWN_BACK_OFF_MILLIS),
      OWN_BACK_OFF_MILLIS,
    ) +
    (crowded || !machine.isWorkerAlive ? PARKED_MILLIS : 0);
  // What was on its way may still come back with a `Retry-After`.
  const deadline = () => Math.max(healedAt + wait, traffic.quietUntil + OWN_BACK_OFF_MILLIS + 1_000);
  while (traffic.acceptedAt < healedAt && time.now < deadline())
    await runUntil(world, Math.min(deadline(), time.now + 1_000));
  if (traffic.acceptedAt < healedAt)
    throw new Violation(
      'recovery',
      `no batch accepted ${(wait / 1_000).toFixed(1)} s after everything healed: ${JSON.stringify(pipeline.ledger())}`,
    );
  // One signal may have been accepted while the path of another is still left alone.
  await runUntil(world, Math.max(deadline(), traffic.quietUntil) + DRAIN_MILLIS + longestHold(world));
  const { queued, held, inflight, breaker } = pipeline.ledger();
  if (held > 0)
    throw new Violation('bounds', `${held} spans still wait for a verdict after the longest time a trace may`);
  if (queued - held > 0 || inflight > 0 || breaker !== 'closed')
    throw new Violation(
      'recovery',
      `${queued - held} spans queued, ${inflight} in flight, breaker ${breaker} long after everything healed`,
    );
  if (submissions.open > 0) throw new Violation('recovery', `${submissions.open} submissions without an outcome`);
  const { lost, unconfirmed } = pipeline.ledger();
  const lostBefore = sum(lost) + unconfirmed;
  await shutDown(world, 2_000);
  const after = pipeline.ledger();
  if (sum(after.lost) - after.lost.already_shutdown + after.unconfirmed > lostBefore)
    throw new Violation('recovery', 'a stop with a healthy collector lost spans');
}

/** The longest trace of the application, its late children, and how long those are held: then everything has its verdict. */
const longestHold = ({ scenario }: World): number => scenario.retention.maxHoldMillis * 3 + 8_000;

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

async function shutDown(world: World, timeoutMillis: number): Promise<void> {
  const { time, processor, pipeline, log, application, submissions, scenario } = world;
  log.add(time.now, `shutdown within ${timeoutMillis} ms`);
  let isDone = false;
  let begunAt = time.now;
  time.schedule('main', 0, 'shutdown', () => {
    begunAt = time.now;
    world.beginStop();
    void processor
      .shutdown()
      .then(() => {
        world.traffic.lastChance();
        return pipeline.shutdown({ timeoutMillis });
      })
      .then(() => {
        isDone = true;
      });
  });
  const isStalled = scenario.disturbances.some(
    (disturbance) => disturbance.kind === 'stall' && disturbance.at + disturbance.millis > scenario.endMillis,
  );
  const longest = timeoutMillis + STOP_GRACE_MILLIS + (isStalled ? STALL_MILLIS : 0);
  const patience = time.now + 30_000;
  while (!isDone && time.now < patience) await runUntil(world, Math.min(patience, time.now + 25));
  if (!isDone) throw new Violation('exits', 'the shutdown never ends');
  const took = time.now - begunAt;
  if (took > longest) throw new Violation('exits', `the shutdown took ${took.toFixed(0)} ms`);
  application.stop();
  submissions.stop();
  world.invariants.checkSettled(pipeline.ledger());
  // Spans that end later are counted, requests that were on their way do no harm, and a second stop changes nothing.
  await runUntil(world, time.now + 90_000);
  await processor.shutdown();
  await settlePromises();
  world.invariants.checkSettled(pipeline.ledger());
  if (world.machine.isWorkerAlive) throw new Violation('exits', 'a worker lives after the shutdown');
  if (world.machine.pendingTimers > 0)
    throw new Violation('exits', `${world.machine.pendingTimers} timers wait after the shutdown`);
  if (submissions.open > 0) throw new Violation('conservation', `${submissions.open} submissions without an outcome`);
}

/** `process.exit`: nothing but the exit handler runs any more on the main thread. */
function exit(world: World): void {
  const { time, processor, pipeline, log } = world;
  log.add(time.now, 'exit');
  const begunAt = time.now;
  world.steps.within('main', () => {
    world.beginStop();
    world.traffic.lastChance();
    processor.drainSync(500);
    pipeline.drainSync({ timeoutMillis: 500 });
  });
  if (time.now - begunAt > 1_000 + STOP_GRACE_MILLIS)
    throw new Violation('exits', `the exit handler took ${(time.now - begunAt).toFixed(0)} ms`);
  world.invariants.checkSettled(pipeline.ledger());
  // What the worker still does while the process ends is not counted twice.
  const until = time.now + 300;
  while (time.step(until, 'main') !== undefined) world.invariants.checkSettled(pipeline.ledger());
}
