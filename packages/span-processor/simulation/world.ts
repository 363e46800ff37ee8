import { openExportPipeline } from '@vigil/otlp-exporter/platform';
import { createConsistentSampler, ResilientSpanProcessor } from '../src/index.ts';
import { Application } from './application.ts';
import { EventLog } from './event-log.ts';
import { Invariants } from './invariants.ts';
import { LogWatch } from './log-watch.ts';
import { ModelCollector } from './model-collector.ts';
import { Oracle } from './oracle.ts';
import { Progress } from './progress.ts';
import { RetentionOracle } from './retention-oracle.ts';
import type { Scenario } from './scenario.ts';
import { createSeededRandom } from './seeded-random.ts';
import { SimulatedMachine } from './simulated-machine.ts';
import { Steps } from './steps.ts';
import { Submissions } from './submissions.ts';
import { Traffic, type TrafficLimits } from './traffic.ts';
import { takeViolation, Violation } from './violation.ts';
import { VirtualTime } from './virtual-time.ts';
import { watchedSink } from './watched-sink.ts';

/** The figures the promise names; the production defaults must keep within them. */
export const LIMITS: TrafficLimits = {
  breaker: { consecutiveFailures: 3, openMillis: 5_000, openMillisMaximum: 30_000, jitter: 0.2 },
  attempts: 3,
  attemptMillis: 5_000,
  bodyBytes: 700_000,
  slowMillis: 2_500,
  retryBurst: 10,
  retryAfterMillisMaximum: 300_000,
  backOffMillis: 100,
  deadRequests: 30,
};

/** Everything that exists in one run. */
export type World = ReturnType<typeof createWorld>;

/** Builds the world of a scenario: the production code, and around it a machine, a collector and an application that are not real. */
export function createWorld(scenario: Scenario, print: ((line: string) => void) | undefined) {
  const random = createSeededRandom(scenario.seed);
  const log = new EventLog({ capacity: 60, print });
  const oracle = new Oracle();
  let isStopping = false;
  const time: VirtualTime = new VirtualTime(scenario.epochMillis, (event) => steps.within(event.thread, event.run));
  const traffic = new Traffic(
    LIMITS,
    oracle,
    () => time.now,
    () => Math.floor(time.now + time.epochOffset),
    () => pipeline.ledger(),
  );
  const gaps = random.fork('steps');
  const steps: Steps = new Steps(
    {
      preempt: (thread) => preempt(thread),
      killWorker: () => machine.killInside(),
    },
    () => gaps.integer(1, 2 * scenario.stepsPerSwitch),
  );
  // The more often it is interrupted the less it does each time, or the application would do nothing else.
  const interruptShare = Math.min(0.5, scenario.stepsPerSwitch / 400);
  let mainPausedMillis = 0;
  /** Mostly for a moment; sometimes as long as a machine with too few cores takes. */
  const preempt = (thread: 'main' | 'worker'): void => {
    const before = time.now;
    const until = before + gaps.pick(scenario.stepsPerSwitch > 100 ? [0, 0, 0.5, 3, 30, 130] : [0, 0, 0, 0.5, 3, 10]);
    if (thread === 'worker' && !isStopping && !time.isBusy('main') && gaps.chance(interruptShare))
      steps.within('main', () => application.interrupt());
    // A worker that dies meanwhile has to end where it stands before anything else happens.
    const isDead = machine.deathOfRunning();
    while (!isDead() && time.step(until, thread) !== undefined);
    if (!isDead()) time.now = Math.max(time.now, until);
    if (thread === 'main') mainPausedMillis += time.now - before;
  };
  const collector = new ModelCollector({
    time,
    random: random.fork('collector'),
    log,
    oracle,
    monitor: traffic,
    trueEpochMillis: () => scenario.epochMillis + time.now,
  });
  const machine = new SimulatedMachine({
    time,
    random: random.fork('machine'),
    log,
    collector,
    steps,
    positionsBeforeWrap: scenario.positionsBeforeWrap,
  });
  const lines = new LogWatch();
  const watchLine = (line: string): void => {
    const starts = machine.starts.filter((at) => at > time.now - 10_000).length;
    lines.add(line, time.now, starts + (isStopping ? 1 : 0));
  };
  machine.onWorkerLine = watchLine;
  const endpoint = (path: string) => ({
    url: `http://collector:4318/v1/${path}`,
    compression: scenario.gzip && !scenario.inThread ? ('gzip' as const) : ('none' as const),
  });
  const pipeline = openExportPipeline(
    {
      endpoints: { traces: endpoint('traces'), metrics: endpoint('metrics'), logs: endpoint('logs') },
      ringBytes: scenario.ringBytes,
      worker: scenario.inThread ? 'never' : 'auto',
      limits: { batchBytes: scenario.batchBytes },
      log: (line) => {
        log.add(time.now, `log: ${line}`);
        // A worker's lines were watched where they were written: they may come late, and two of them at once.
        if (scenario.inThread || !/^(traces|metrics|logs|breaker)/.test(line)) watchLine(line);
      },
    },
    machine.platform,
  );
  const { retention: bounds } = scenario;
  const retention = new RetentionOracle({
    headRate: scenario.headRate,
    slowMillis: bounds.slowMillis,
    now: () => time.now,
    threadMillis: () => time.now - mainPausedMillis,
    buffers: bounds.isOn,
    spansPerTrace: bounds.spansPerTrace,
    waitMillis: bounds.maxHoldMillis + VERDICT_GRACE_MILLIS + mainStallMillis(scenario),
    spans: bounds.spans,
  });
  const routes = [{ route: '/checkout', ratio: 1 }];
  const processor = new ResilientSpanProcessor({
    pipeline: {
      spans: watchedSink(pipeline, retention),
      ledger: () => pipeline.ledger(),
      forceFlush: (options: { readonly timeoutMillis: number }) => pipeline.forceFlush(options),
      shutdown: (options: { readonly timeoutMillis: number }) => pipeline.shutdown(options),
      drainSync: (options: { readonly timeoutMillis: number }) => pipeline.drainSync(options),
    },
    routes,
    clock: machine.mainClock,
    timers: machine.mainTimers,
    tailRetention: bounds.isOn && {
      slowThresholdMillis: bounds.slowMillis,
      maxHoldMillis: bounds.maxHoldMillis,
      maxSpansPerTrace: bounds.spansPerTrace,
      maxSpans: bounds.spans,
      maxBytesPerTrace: bounds.bytes,
      maxBytes: bounds.bytes * 2,
    },
  });
  const sampler = createConsistentSampler({
    ratio: scenario.headRate,
    routes,
    clock: machine.mainClock,
    random: random.fork('sampler').next,
    trustedParentsPerSecond: Number.POSITIVE_INFINITY,
  });
  const application: Application = new Application({
    time,
    timeSource: { ...machine.mainClock, originMillis: scenario.epochMillis },
    random: random.fork('application'),
    log,
    oracle,
    retention,
    load: scenario.load,
    sampler,
    processor,
    slowMillis: bounds.slowMillis,
    maxHoldMillis: bounds.maxHoldMillis,
  });
  machine.onKilledInside = () => {
    traffic.died();
    oracle.sentUnique += pipeline.ledger().inflight;
  };
  const submissions = new Submissions({ time, random: random.fork('submissions'), pipeline });
  const progress = new Progress();
  const invariants = new Invariants({
    oracle,
    traffic,
    hasStopped: () => isStopping,
    hasDied: () => machine.deaths > 0,
    expectedBreaker: () => {
      const life = machine.lifeNumber;
      return life === undefined || isStopping ? undefined : traffic.expectedBreaker(life);
    },
  });
  return {
    scenario,
    random,
    log,
    oracle,
    time,
    traffic,
    steps,
    collector,
    machine,
    pipeline,
    processor,
    retention,
    application,
    submissions,
    invariants,
    progress,
    /** The process begins to end: what is said from now on may be said once more. */
    beginStop(): void {
      isStopping = true;
      retention.isShutDown = true;
    },
    /** After every event. */
    check(): void {
      const caught = takeViolation();
      if (caught !== undefined)
        throw new Violation(caught.invariant, caught.message.slice(caught.invariant.length + 2));
      const ledger = pipeline.ledger();
      traffic.noticeWatchdog();
      invariants.check(ledger);
      if (!isStopping) {
        progress.check(time.now, {
          waitingSpans: ledger.queued - ledger.held,
          isFree: machine.isLoopAlive && traffic.isIdle,
          troubleAt: traffic.troubleAt,
        });
      }
      const timers = machine.pendingTimers;
      if (timers > TIMERS_MAXIMUM) throw new Violation('bounds', `${timers} timers wait`);
    },
  };
}

/** Timers that are late, threads that are not scheduled. */
const VERDICT_GRACE_MILLIS = 1_500;

/** All stalls of the application's thread, one after the other at worst. */
const mainStallMillis = ({ disturbances }: Scenario): number =>
  disturbances.reduce(
    (sum, disturbance) =>
      sum + (disturbance.kind === 'stall' && disturbance.thread === 'main' ? disturbance.millis : 0),
    0,
  );

/** The loop's one, the trace buffer's, a restart, and one for each flush somebody waits for. */
const TIMERS_MAXIMUM = 16;
