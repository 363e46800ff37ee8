import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';
import { eventually } from '../stack/eventually.ts';
import { ROOT } from '../stack/vigil.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';

export interface ApplicationOptions {
  /** The instrumentation scope of all it sends: by it the store tells applications apart. */
  readonly name: string;
  /** Whose spans it makes: ours, or those of OpenTelemetry's SDK. */
  readonly kind: 'light' | 'sdk';
  readonly url: string;
  readonly spansPerSecond: number;
  /** 1 exports everything; below, what is not sampled is kept when it failed. */
  readonly ratio: number;
  readonly ringBytes: number;
}

/** How the application is doing. */
export interface ApplicationReport {
  readonly ledger: LedgerSnapshot;
  readonly requests: number;
  /** Requests that failed. */
  readonly errors: number;
  /** Of the event loop, since the report before. */
  readonly longestStallMillis: number;
  /** Flush and shutdown; in the last report. */
  readonly stopMillis?: number;
}

/** One loaded application (loaded-application.ts) and everything it reported. */
export class RunningApplication {
  readonly options: ApplicationOptions;
  readonly reports: ApplicationReport[] = [];
  log = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  constructor(options: ApplicationOptions) {
    this.options = options;
    // On the build, as an application would run it.
    this.#child = fork(join(ROOT, 'e2e/pipeline/loaded-application.ts'), [JSON.stringify(options)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.on('message', (report: ApplicationReport) => this.reports.push(report));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.log += chunk;
    });
    this.#ended = once(this.#child, 'exit');
  }

  /** The newest report. @throws before the first. */
  get now(): ApplicationReport {
    const report = this.reports.at(-1);
    if (report === undefined) throw new Error(`${this.options.name} has not reported yet\n${this.log}`);
    return report;
  }

  /** Waits for a report that satisfies; resolves to it. @throws when none comes in time. */
  until(what: string, wanted: (report: ApplicationReport) => boolean): Promise<ApplicationReport> {
    return eventually(`${this.options.name}: ${what}`, WORST_CASE_MILLIS.answered, async () => {
      if (this.#child.exitCode !== null) throw new Error(`it ended with ${this.#child.exitCode}\n${this.log}`);
      return wanted(this.now) ? this.now : undefined;
    });
  }

  /** Flushes, shuts down and waits for the end; resolves to the last report. @throws when it does not end well. */
  async stop(): Promise<ApplicationReport> {
    this.#child.send('stop');
    const [code, signal] = await this.#ended;
    if (code !== 0) throw new Error(`${this.options.name} ended with ${code ?? signal}\n${this.log}`);
    return this.now;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
