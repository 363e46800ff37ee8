import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Core, pinned } from './pinning.ts';
import { watched } from './watched-child.ts';

/** Longest wait for the line that says it listens: heavy agents take seconds on a busy machine. */
const START_MILLIS_MAXIMUM = 60_000;
const ANSWER_MILLIS_MAXIMUM = 20_000;

export interface ApplicationOptions {
  /** Folder that has the application's libraries and the agent; also the working directory. */
  readonly folder: string;
  /** Path of main.cjs or main.mjs, in that folder or below it. */
  readonly entry: string;
  /** For node, before the entry: `['--import', '@vigil/node/register']`. */
  readonly flags: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly core?: Core;
}

export interface Stopped {
  /** Time from the signal to the end of the process. */
  readonly millis: number;
  readonly exitCode: number | null;
  /** Signal that ended it; SIGKILL when it did not stop in time. */
  readonly signal: string | null;
}

interface Ready {
  readonly ready: true;
  readonly port: number;
  readonly fastifyPort?: number;
}

function readyLine(text: string): Ready | undefined {
  const line = text.split('\n').find((one) => one.startsWith('{"ready":true'));
  return line === undefined ? undefined : (JSON.parse(line) as Ready);
}

/** bench/overhead/app in a process of its own. */
export class RunningApplication {
  readonly pid: number;
  readonly port: number;
  readonly fastifyPort: number | undefined;
  /** From the start of the process to the line that says it listens. */
  readonly listeningMillis: number;
  /** From the start of the process to the answer to a first request. */
  readonly firstAnswerMillis: number;
  readonly #child: ChildProcess;
  readonly #output: string[];
  #asked = 0;

  private constructor(child: ChildProcess, output: string[], ready: Ready, times: readonly [number, number]) {
    this.#child = child;
    this.#output = output;
    this.pid = child.pid ?? 0;
    this.port = ready.port;
    this.fastifyPort = ready.fastifyPort;
    [this.listeningMillis, this.firstAnswerMillis] = times;
  }

  /** Starts it and asks `/ping` once. @throws when it ends before or does not listen in a minute. */
  static async start(options: ApplicationOptions): Promise<RunningApplication> {
    const { folder, entry, flags, environment, core } = options;
    const { command, args } = pinned({ command: process.execPath, args: [...flags, entry] }, core);
    const begun = performance.now();
    const child = watched(
      spawn(command, [...args], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }),
    );
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => output.push(text));
    try {
      const ready = await waitUntilReady(child, output);
      const listening = performance.now() - begun;
      await (await fetch(`http://127.0.0.1:${ready.port}/ping`)).text();
      return new RunningApplication(child, output, ready, [listening, performance.now() - begun]);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Everything it wrote to standard output and standard error. */
  get output(): string {
    return this.#output.join('');
  }

  /** An answer of bench/overhead/app/self-report.cjs. @throws when none comes in 20 s. */
  async ask<Answer>(ask: string): Promise<Answer> {
    const id = ++this.#asked;
    const patience = AbortSignal.timeout(ANSWER_MILLIS_MAXIMUM);
    const answered = new Promise<Answer>((resolve, reject) => {
      const onMessage = (message: { id: number; answer: Answer }) => {
        if (message.id !== id) return;
        this.#child.off('message', onMessage);
        resolve(message.answer);
      };
      this.#child.on('message', onMessage);
      patience.addEventListener('abort', () => {
        this.#child.off('message', onMessage);
        reject(new Error(`no answer to "${ask}" in ${ANSWER_MILLIS_MAXIMUM} ms`));
      });
    });
    this.#child.send({ id, ask });
    return await answered;
  }

  /** Sends a signal and waits for the end; SIGKILL after `patienceMillis`. Never throws. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', patienceMillis = 20_000): Promise<Stopped> {
    const child = this.#child;
    const begun = performance.now();
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      const patience = new AbortController();
      const late = sleep(patienceMillis, 'late', { signal: patience.signal }).catch(() => 'ended');
      if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL');
      patience.abort();
      await ended;
    }
    return { millis: performance.now() - begun, exitCode: child.exitCode, signal: child.signalCode };
  }
}

async function waitUntilReady(child: ChildProcess, output: readonly string[]): Promise<Ready> {
  const patience = new AbortController();
  const told = new Promise<Ready>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const ready = readyLine(output.join(''));
      if (ready !== undefined) resolve(ready);
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the application did not listen:\n${output.join('')}`)));
  });
  const late = sleep(START_MILLIS_MAXIMUM, undefined, { signal: patience.signal }).then(
    () =>
      Promise.reject(new Error(`the application did not listen in ${START_MILLIS_MAXIMUM} ms:\n${output.join('')}`)),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([told, late]);
  } finally {
    patience.abort();
  }
}
