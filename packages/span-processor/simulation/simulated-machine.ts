import type { Clock, PipelineMemory, Timers } from '@vigil/otlp-exporter/core';
import { type ExportPlatform, runExportWorker, type WorkerStart } from '@vigil/otlp-exporter/platform';
import type { EventLog } from './event-log.ts';
import { KILLED, Life } from './life.ts';
import type { ModelCollector } from './model-collector.ts';
import type { SeededRandom } from './seeded-random.ts';
import { createSimulatedChannel, type SimulatedPort, SimulatedWorker } from './simulated-threads.ts';
import type { Steps } from './steps.ts';
import { Violation } from './violation.ts';
import { timerError, type VirtualTime } from './virtual-time.ts';

export interface MachineOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly log: EventLog;
  readonly collector: ModelCollector;
  readonly steps: Steps;
  /** Ring positions begin so many bytes before they wrap. */
  readonly positionsBeforeWrap: number;
}

/** Bytes before the worker's block in shared memory; its first slot is the read position. */
const BLOCK_OFFSET_BYTES = 64;
const IN_THREAD = 0;
const RESTART_PERIOD_MILLIS = 60_000;
const RESTARTS_MAXIMUM = 3;

/** The platform of the export path in virtual time, and the hand that kills its worker. */
export class SimulatedMachine {
  readonly platform: ExportPlatform;
  /** How many workers died, of any cause but a shutdown. */
  deaths = 0;
  /** Moments at which workers were started. */
  readonly starts: number[] = [];
  /** Workers cannot be started for now. */
  isForbidden = false;
  /** Gets every line the worker logs, at the moment it does. */
  onWorkerLine: (line: string) => void = () => undefined;
  /** Called right before the worker dies in the middle of a step. */
  onKilledInside: () => void = () => undefined;
  memory: PipelineMemory | undefined;
  readonly #options: MachineOptions;
  #life: Life | undefined;
  #worker: SimulatedWorker | undefined;
  #lives = 0;
  #hasBegun = false;
  #mainTimers = 0;

  constructor(options: MachineOptions) {
    this.#options = options;
    const { random, collector, time } = options;
    this.platform = {
      clock: this.mainClock,
      random: () => random.next(),
      timers: this.mainTimers,
      awaitedTimers: this.mainTimers,
      soon: (callback) => void time.schedule('main', 0, 'soon', callback),
      createTransport: () => collector.transport(IN_THREAD, 'main'),
      createChannel: () => createSimulatedChannel(time) as never,
      receiveMessage: (port) => (port as unknown as SimulatedPort).take() as { message: unknown } | undefined,
      startWorker: (start) => this.#start(start) as never,
    };
  }

  /** Which life of the loop sends now; undefined when none does. */
  get lifeNumber(): number | undefined {
    if (this.#life === undefined) return IN_THREAD;
    return this.#life.isDead ? undefined : this.#life.number;
  }

  get pendingTimers(): number {
    return this.#mainTimers + (this.#life?.isDead === false ? this.#life.pendingTimers : 0);
  }

  get isWorkerAlive(): boolean {
    return this.#life?.isDead === false;
  }

  /** A loop runs: in the worker once that has started, or on the main thread. */
  get isLoopAlive(): boolean {
    return this.#life === undefined || (this.#life.isDead === false && this.#hasBegun);
  }

  readonly mainClock: Clock = {
    monotonicMillis: () => this.#options.time.now,
    epochMillis: () => Math.floor(this.#options.time.now + this.#options.time.epochOffset),
  };

  readonly mainTimers: Timers = {
    set: (callback, millis) => {
      const { time, random } = this.#options;
      this.#mainTimers += 1;
      return time.schedule('main', millis + timerError(random, millis), 'main timer', () => {
        this.#mainTimers -= 1;
        callback();
      });
    },
    clear: (handle) => {
      const event = handle as ReturnType<VirtualTime['schedule']> | undefined;
      if (event?.state !== 'waiting') return;
      this.#mainTimers -= 1;
      this.#options.time.cancel(event);
    },
  };

  /** The worker is gone at once, wherever it is. */
  kill(): void {
    if (this.#life === undefined || this.#life.isDead) return;
    this.#options.log.add(this.#options.time.now, `kill worker ${this.#life.number}`);
    this.deaths += 1;
    if (this.#life.isRunning) this.onKilledInside();
    this.#worker?.die(1);
  }

  /** The same from inside one of its steps: nothing after this moment happens any more. @returns false when it does not run. */
  killInside(): boolean {
    if (this.#life?.isDead !== false || !this.#life.isRunning) return false;
    this.kill();
    throw KILLED;
  }

  /** @returns whether the worker that is in the middle of a step now was killed since. */
  deathOfRunning(): () => boolean {
    const life = this.#life?.isRunning === true ? this.#life : undefined;
    return () => life?.isDead === true;
  }

  /** A worker that was killed while it ran takes not one step more, whoever catches what is thrown. */
  refuseDead(): void {
    if (this.#life?.isDead === true && this.#life.isRunning && this.#options.steps.thread === 'worker') throw KILLED;
  }

  /** What wakes the worker that lives now, a moment after it is called; sometimes late. */
  waker(callback: () => void): () => void {
    const { time, random, log } = this.#options;
    const life = this.#life;
    return () => {
      const millis = 0.01 + (random.chance(0.1) ? random.next() * 20 : 0);
      time.schedule('worker', millis, 'wake', () => {
        log.add(time.now, 'wake');
        life?.run(callback);
      });
    };
  }

  #start(start: WorkerStart): SimulatedWorker {
    const { time, random, log } = this.#options;
    if (this.isForbidden) throw new Error('ERR_WORKER_INIT_FAILED');
    if (this.#life?.isDead === false) throw new Violation('bounds', 'a second worker while the first lives');
    this.#lives += 1;
    this.starts.push(time.now);
    // The first start is none.
    const restarts = this.starts.slice(1).filter((at) => at > time.now - RESTART_PERIOD_MILLIS + 1_000).length;
    if (restarts > RESTARTS_MAXIMUM) throw new Violation('bounds', `${restarts} restarts of the worker in one minute`);
    if (this.memory === undefined) this.#place(start.memory);
    this.memory = start.memory;
    const life = new Life(this.#lives, 'worker', { ...this.#options, memory: start.memory });
    const worker = new SimulatedWorker(time, () => life.die());
    life.onUncaught = (error) => {
      throw new Violation('app-safe', `the worker threw: ${error instanceof Error ? error.stack : String(error)}`);
    };
    this.#life = life;
    this.#hasBegun = false;
    this.#worker = worker;
    const port = start.port as unknown as SimulatedPort;
    port.runIn(life);
    port.onPost = (message) => {
      if ('kind' in message && message.kind === 'log' && 'line' in message) this.onWorkerLine(String(message.line));
    };
    port.onClose = () => void time.schedule('world', 0.2, 'worker ends', () => worker.die(0));
    log.add(time.now, `worker ${life.number} starts`);
    time.schedule('worker', 20 + random.next() * 80, `worker ${life.number} runs`, () =>
      life.run(() => {
        this.#hasBegun = true;
        runExportWorker(start, this.#platformOf(life));
      }),
    );
    return worker;
  }

  /** Moves the empty ring's positions to shortly before 2^32. */
  #place(memory: PipelineMemory): void {
    const position = -this.#options.positionsBeforeWrap;
    new Int32Array(memory.control)[0] = position;
    new Float64Array(memory.worker, BLOCK_OFFSET_BYTES)[0] = position >>> 0;
  }

  #platformOf(life: Life): ExportPlatform {
    const { time } = this.#options;
    return {
      ...this.platform,
      clock: life.clock,
      random: life.random,
      timers: life.timers,
      awaitedTimers: life.timers,
      soon: (callback) => void time.schedule('worker', 0, 'soon', () => life.run(callback)),
      createTransport: () => life.transport(),
    };
  }
}
