import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProgramSpec } from '@vigil/cli';
import { until } from './waiting.ts';

/** A machine that others use as well is slow now and then. */
const START_SECONDS_MAXIMUM = 90;
const STOP_SECONDS_MAXIMUM = 70;
const LOG_TAIL = 2_000;

/** How a program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One program of the stack as the native engine would start it, without anybody who restarts it. */
export class StackProcess {
  readonly spec: ProgramSpec;
  /** Everything it wrote, over all its lives. */
  readonly logFile: string;
  /** The end of its last life; undefined while it runs. */
  exit: Exit | undefined;
  #prefix: readonly string[];
  readonly #signal: AbortSignal;
  #child: ChildProcess | undefined;
  #changes: Readonly<Record<string, string>> = {};
  #gone: Promise<void> = Promise.resolve();

  /** `prefix` is a command that runs it elsewhere, such as `ip netns exec NAME`. */
  constructor(spec: ProgramSpec, logFile: string, signal: AbortSignal, prefix: readonly string[] = []) {
    this.spec = spec;
    this.logFile = logFile;
    this.#signal = signal;
    this.#prefix = prefix;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and waits until it is ready; resolves to the seconds that took. @throws with its log when it is not. */
  async start(): Promise<number> {
    this.launch();
    try {
      return await this.ready();
    } catch (error) {
      await this.end('SIGKILL');
      throw new Error(`${(error as Error).message}\n${this.logTail()}`);
    }
  }

  /** A command that runs its next starts elsewhere. */
  runBehind(prefix: readonly string[]): void {
    this.#prefix = prefix;
  }

  /** Environment that its next starts have otherwise. */
  change(environment: Readonly<Record<string, string>>): void {
    this.#changes = environment;
  }

  /** Starts it and does not wait. */
  launch(): void {
    const { command, args, environment, directory } = this.spec;
    mkdirSync(directory, { recursive: true });
    mkdirSync(dirname(this.logFile), { recursive: true });
    const log = openSync(this.logFile, 'a');
    const [first = command, ...rest] = [...this.#prefix, command, ...args];
    const child = spawn(first, rest, {
      cwd: directory,
      env: { ...environment, ...this.#changes },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.exit = undefined;
    this.#child = child;
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    this.#gone = new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', (code, signal) => {
        process.removeListener('exit', endWithUs);
        if (this.#child === child) this.exit = { code, signal };
        resolve();
      });
    });
  }

  /** Waits until it answers; resolves to the seconds that took. @throws when it ended instead, or does not answer. */
  async ready(): Promise<number> {
    const { ready, title } = this.spec;
    if (ready?.kind !== 'http') return 0;
    const { seconds } = await until(`${title} is ready`, START_SECONDS_MAXIMUM, this.#signal, async () => {
      if (this.exit !== undefined) return 'ended';
      const { ok } = await fetch(ready.url, { signal: AbortSignal.timeout(2_000) });
      return ok ? 'ready' : undefined;
    });
    if (this.exit !== undefined) throw new Error(`${title} ended with ${this.exit.code ?? this.exit.signal}`);
    return seconds;
  }

  /** SIGKILL is a crash, SIGTERM an orderly stop; resolves to the seconds until it was gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number> {
    const child = this.#child;
    if (child === undefined || this.exit !== undefined) return 0;
    const start = performance.now();
    child.kill(signal);
    // A stopped process takes no signal but SIGKILL before it goes on.
    if (signal === 'SIGTERM') child.kill('SIGCONT');
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS_MAXIMUM * 1_000);
    await this.#gone;
    clearTimeout(killer);
    return (performance.now() - start) / 1_000;
  }

  /** Waits for an end that nobody asked for. @throws when it lives on. */
  async endsItself(seconds: number): Promise<Exit> {
    return (await until(`${this.spec.title} ends`, seconds, this.#signal, async () => this.exit)).answer;
  }

  /** It hangs: connections are taken by the system, nothing is read or answered. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** It goes on where it hung. */
  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Resident memory in MiB; 0 when it does not run. */
  residentMib(): number {
    try {
      const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024;
    } catch {
      return 0;
    }
  }

  /** What it wrote so far. */
  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** The end of what it wrote. */
  logTail(): string {
    return this.log().slice(-LOG_TAIL);
  }
}
