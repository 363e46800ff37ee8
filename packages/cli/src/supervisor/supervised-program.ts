import { type ChildProcess, spawn } from 'node:child_process';
import { identify, type ProcessIdentity } from './process-identity.ts';
import { DEFAULT_STOP_MILLIS, type ProgramSpec } from './program-spec.ts';
import { crashed, firstRun, type RestartLimits, type RestartState, started } from './restart-policy.ts';
import type { RotatingLog } from './rotating-log.ts';
import type { ProgramExit, ProgramState, ProgramStatus } from './run-file.ts';

/** What a supervised program takes from the world. */
export interface ProgramSurroundings {
  readonly log: RotatingLog;
  /** Monotonic, milliseconds. */
  readonly monotonic: () => number;
  /** Wall clock, for people. */
  readonly now: () => Date;
  readonly random: () => number;
  readonly limits: RestartLimits;
  /** Added to the program's environment, so that orphans can be found. */
  readonly marker: Readonly<Record<string, string>>;
  /** Called after each change of state, with what happened in words. */
  readonly onChange: (event: string) => void;
}

/** One program: started, watched, started again after a crash, stopped. */
export class SupervisedProgram {
  readonly spec: ProgramSpec;
  readonly #around: ProgramSurroundings;
  #state: ProgramState = 'waiting';
  #child: ChildProcess | undefined;
  #process: ProcessIdentity | undefined;
  #restart: RestartState;
  #startedAt: Date | undefined;
  #restarts = -1;
  #lastExit: ProgramExit | undefined;
  #nextStart: { timer: NodeJS.Timeout; at: Date } | undefined;
  #ended: (() => void) | undefined;

  constructor(spec: ProgramSpec, around: ProgramSurroundings) {
    this.spec = spec;
    this.#around = around;
    this.#restart = firstRun(around.monotonic());
  }

  /** The program's row in the run file. */
  status(): ProgramStatus {
    const { environment: _, ...spec } = this.spec;
    return {
      spec,
      state: this.#state,
      ...(this.#process && { process: this.#process }),
      ...(this.#startedAt && { startedAt: this.#startedAt.toISOString() }),
      restarts: Math.max(0, this.#restarts),
      ...(this.#lastExit && { lastExit: this.#lastExit }),
      ...(this.#nextStart && { nextStartAt: this.#nextStart.at.toISOString() }),
      lostLogBytes: this.#around.log.lostBytes,
    };
  }

  /** Starts the program unless it has been stopped. Never throws: what cannot be started counts as crashed. */
  start(): void {
    if (this.#state === 'stopping' || this.#state === 'stopped') return;
    this.#nextStart = undefined;
    this.#restarts += 1;
    this.#restart = started(this.#restart, this.#around.monotonic());
    this.#startedAt = this.#around.now();
    this.#state = 'running';
    const child = this.#spawn();
    this.#child = child;
    this.#process = child.pid === undefined ? undefined : identify(child.pid);
    let over = false;
    const end = (exit: Omit<ProgramExit, 'at'>): void => {
      if (over) return;
      over = true;
      this.#onEnd(child, { at: this.#around.now().toISOString(), ...exit });
    };
    child.once('error', (error) => end({ code: null, signal: null, error: error.message }));
    child.once('exit', (code, signal) => end({ code, signal }));
    if (child.pid !== undefined) this.#around.onChange(`${this.spec.name}: started, pid ${child.pid}`);
  }

  /**
   * Ends the program: its stop signal first, SIGKILL for its whole process group when the time is over. Resolves when
   * it is gone. Never throws.
   */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    if (this.#nextStart !== undefined) clearTimeout(this.#nextStart.timer);
    this.#nextStart = undefined;
    const child = this.#child;
    this.#state = child === undefined ? 'stopped' : 'stopping';
    this.#around.onChange(`${this.spec.name}: ${this.#state}`);
    if (child === undefined) return;
    const stopMillis = this.spec.stopMillis ?? DEFAULT_STOP_MILLIS;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(() => {
        this.#around.onChange(`${this.spec.name}: did not end within ${stopMillis} ms, killed`);
        killGroup(child.pid);
      }, stopMillis);
      this.#ended = () => {
        clearTimeout(deadline);
        resolve();
      };
      child.kill(this.spec.stopSignal ?? 'SIGTERM');
    });
  }

  #spawn(): ChildProcess {
    // A process group of its own: its children can be killed with it, and a Ctrl-C in a terminal does not reach it.
    const child = spawn(this.spec.command, this.spec.args, {
      cwd: this.spec.directory,
      env: { ...this.spec.environment, ...this.#around.marker },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#around.log.write(chunk));
      // A pipe that breaks ends with the program; the exit event tells the story.
      stream?.on('error', () => undefined);
    }
    return child;
  }

  #onEnd(child: ChildProcess, exit: ProgramExit): void {
    // What the program left in its group would hold its ports and files when it is started again.
    killGroup(child.pid);
    this.#child = undefined;
    this.#process = undefined;
    this.#lastExit = exit;
    const how = exit.error ?? (exit.signal === null ? `exited with code ${exit.code}` : `ended by ${exit.signal}`);
    if (this.#state === 'stopping') {
      this.#state = 'stopped';
      this.#around.onChange(`${this.spec.name}: stopped, ${how}`);
      this.#ended?.();
      return;
    }
    const at = { nowMillis: this.#around.monotonic(), random: this.#around.random() };
    const { state, delayMillis } = crashed(this.#restart, at, this.#around.limits);
    this.#restart = state;
    this.#state = 'backoff';
    const next = new Date(this.#around.now().getTime() + delayMillis);
    this.#nextStart = { timer: setTimeout(() => this.start(), delayMillis), at: next };
    const event = `${this.spec.name}: ${how}; started again in ${(delayMillis / 1_000).toFixed(1)} s`;
    this.#around.log.write(new TextEncoder().encode(`vigil: ${event}\n`));
    this.#around.onChange(event);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // No such group: nothing is left of it, which is what was wanted.
  }
}
