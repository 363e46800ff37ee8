import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../stack/vigil.ts';

const START_MILLIS = 90_000;
const STOP_MILLIS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Example programs as child processes, with what they printed. */
export class ExampleProcess {
  static readonly #running = new Set<ChildProcess>();
  readonly #child: ChildProcess;
  readonly #ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';
  url = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    ExampleProcess.#running.add(child);
    child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk;
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk;
    });
    this.#ended = new Promise((resolve) =>
      child.on('close', (code, signal) => {
        ExampleProcess.#running.delete(child);
        resolve({ code, signal });
      }),
    );
  }

  /** Starts `examples/<name>/<args>` with the environment of the test and what is given here. */
  static run(
    name: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): ExampleProcess {
    return new ExampleProcess(
      spawn(process.execPath, args, {
        cwd: join(ROOT, 'examples', name),
        env: { ...baseEnvironment(), ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Starts an application the way the documentation says, with the flag, and waits until it listens. */
  static async application(name: string, environment: Readonly<Record<string, string>>): Promise<ExampleProcess> {
    const application = ExampleProcess.run(name, ['--import', '@vigil/node/register', 'src/main.ts'], {
      // Port 9 is closed: the examples must work when nobody takes their telemetry.
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      ...environment,
    });
    application.url = `http://127.0.0.1:${await application.#listeningPort()}`;
    return application;
  }

  /** Ends what a failed test left running. */
  static killAll(): void {
    for (const child of ExampleProcess.#running) child.kill('SIGKILL');
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get logLines(): Record<string, unknown>[] {
    return this.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Resolves when it has ended and everything it printed was read. Kills it when it takes too long. */
  async end(signal?: NodeJS.Signals): Promise<Ended> {
    if (signal !== undefined) this.#child.kill(signal);
    const giveUp = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MILLIS);
    const ended = await this.#ended;
    clearTimeout(giveUp);
    return ended;
  }

  async #listeningPort(): Promise<number> {
    const end = performance.now() + START_MILLIS;
    while (performance.now() < end && this.#child.exitCode === null) {
      const port = /"port":(\d+).*"msg":"listening"|"msg":"listening on http:\/\/[^:]+:(\d+)"/.exec(this.stdout);
      if (port !== null) return Number(port[1] ?? port[2]);
      await sleep(50);
    }
    this.#child.kill('SIGKILL');
    throw new Error(`it does not listen; it printed\n${this.stderr}${this.stdout}`);
  }
}

// The variables of the tests' own stack stay away: an example reads only what it is given.
function baseEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
