import { join } from 'node:path';
import { identify, type ProcessIdentity } from './process-identity.ts';
import { type ProgramSpec, problemsOf, type SupervisorFolder } from './program-spec.ts';
import { probe } from './readiness.ts';
import { RESTART_LIMITS, type RestartLimits } from './restart-policy.ts';
import { LOG_LIMITS, type LogLimits, RotatingLog } from './rotating-log.ts';
import { type RunState, readRunFile, writeRunFile } from './run-file.ts';
import { SupervisedProgram } from './supervised-program.ts';

/** Environment variable that every supervised process carries; its value is the run folder. */
export const MARKER = 'VIGIL_SUPERVISED_BY';

/** What a supervisor is made of; everything but programs and folder has a default. */
export interface SupervisorOptions {
  readonly programs: readonly ProgramSpec[];
  readonly folder: SupervisorFolder;
  readonly restart?: RestartLimits;
  readonly log?: LogLimits;
  /** How often programs that others need are probed, and how often the run file is looked at, in milliseconds. */
  readonly needsMillis?: number;
  readonly watchMillis?: number;
  readonly monotonic?: () => number;
  readonly now?: () => Date;
  readonly random?: () => number;
}

/**
 * Keeps a list of programs running: starts them in order, restarts what crashes, keeps the run file true, stops them in
 * reverse order. Lives inside the detached supervisor process; `startSupervisor` is the way to get one.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #self: ProcessIdentity;
  readonly #events: RotatingLog;
  readonly #logs: RotatingLog[] = [];
  readonly #programs: SupervisedProgram[];
  readonly #startedAt: Date;
  readonly #timers = new Set<NodeJS.Timeout>();
  #state: RunState['state'] = 'running';
  #written = false;
  #stopping: Promise<void> | undefined;

  /** @throws Error listing everything that is wrong with the programs. */
  constructor(options: SupervisorOptions) {
    const problems = problemsOf(options.programs);
    const self = identify(process.pid);
    if (self === undefined) problems.push('this process has no start time: neither /proc nor ps answers');
    if (problems.length > 0 || self === undefined) throw new Error(problems.join('; '));
    this.#options = options;
    this.#self = self;
    this.#startedAt = this.#now();
    this.#events = this.#log('supervisor');
    this.#programs = options.programs.map((spec) => this.#program(spec));
  }

  /** Starts the programs; those that need others follow when these are ready. Never throws. */
  start(): void {
    // The run file comes first: whoever looks finds a supervisor before any program runs.
    this.#onChange(`supervisor: started, pid ${process.pid}, ${this.#programs.length} programs`);
    for (const program of this.#programs) {
      if ((program.spec.needs ?? []).length === 0) program.start();
      else void this.#startWhenReady(program);
    }
    const watch = setInterval(() => this.#watch(), this.#options.watchMillis ?? 5_000);
    this.#timers.add(watch);
  }

  /** Stops all programs in reverse order; a second call waits for the first. Never throws. */
  async stop(reason: string): Promise<void> {
    this.#stopping ??= this.#stopAll(reason);
    return this.#stopping;
  }

  async #stopAll(reason: string): Promise<void> {
    this.#state = 'stopping';
    this.#onChange(`supervisor: stopping, ${reason}`);
    for (const timer of this.#timers) clearInterval(timer);
    for (const program of this.#programs.toReversed()) await program.stop();
    this.#state = 'stopped';
    this.#onChange('supervisor: stopped');
    for (const log of this.#logs) log.close();
  }

  #program(spec: ProgramSpec): SupervisedProgram {
    return new SupervisedProgram(spec, {
      log: this.#log(spec.name),
      monotonic: this.#options.monotonic ?? (() => performance.now()),
      now: () => this.#now(),
      random: this.#options.random ?? Math.random,
      limits: this.#options.restart ?? RESTART_LIMITS,
      marker: { [MARKER]: this.#options.folder.run },
      onChange: (event) => this.#onChange(event),
    });
  }

  async #startWhenReady(program: SupervisedProgram): Promise<void> {
    const needs = this.#programs.filter((other) => program.spec.needs?.includes(other.spec.name));
    for (const need of needs) {
      while (this.#state === 'running' && !(await isReady(need))) {
        await this.#pause(this.#options.needsMillis ?? 250);
      }
    }
    if (this.#state === 'running') program.start();
  }

  async #pause(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, millis);
      this.#timers.add(timer);
    });
  }

  /** Somebody removed the run folder or put another supervisor there: nobody could stop these programs any more. */
  #watch(): void {
    const file = readRunFile(this.#options.folder.run);
    if (file.kind === 'unreadable') this.#onChange(`supervisor: run file written anew, ${file.reason}`);
    const isOurs = file.kind === 'present' && file.run.supervisor.pid === this.#self.pid;
    if (file.kind === 'absent' || (file.kind === 'present' && !isOurs)) void this.stop('the run file is gone');
  }

  #onChange(event: string): void {
    this.#events.write(new TextEncoder().encode(`${this.#now().toISOString()} ${event}\n`));
    // A run folder that somebody removed stays removed: #watch sees it and ends everything.
    if (this.#written && readRunFile(this.#options.folder.run).kind === 'absent') return;
    try {
      writeRunFile(this.#options.folder.run, this.#runState());
      this.#written = true;
    } catch (error) {
      // A full disk must not end programs; the next change writes the file again.
      this.#events.write(new TextEncoder().encode(`run file not written: ${String(error)}\n`));
    }
  }

  #runState(): RunState {
    return {
      version: 1,
      supervisor: this.#self,
      startedAt: this.#startedAt.toISOString(),
      state: this.#state,
      programs: this.#programs.map((program) => program.status()),
    };
  }

  #log(name: string): RotatingLog {
    const log = new RotatingLog(join(this.#options.folder.logs, `${name}.log`), this.#options.log ?? LOG_LIMITS);
    this.#logs.push(log);
    return log;
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

async function isReady(program: SupervisedProgram): Promise<boolean> {
  if (program.status().state !== 'running') return false;
  return program.spec.ready === undefined || (await probe(program.spec.ready)).ready;
}
