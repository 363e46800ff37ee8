import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';
import { ROOT } from '../../../stack/vigil.ts';
import type { Route } from '../backend.ts';
import { type Cores, launcherOn } from '../cores.ts';
import type { SickOnly } from '../sick-backend.ts';
import type { ApplicationEnd, OnSigterm } from '../sick-reading.ts';
import { readVitals, type Vitals } from './process-vitals.ts';
import { preloadOf, type Telemetry } from './subjects.ts';

/** What the application's witness says four times a second (witness.mjs). */
export interface WitnessReport {
  /** Requests it served. */
  readonly served: number;
  /** Requests its telemetry made to the backend. */
  readonly requests: number;
  readonly ledger?: LedgerSnapshot;
  /** Milliseconds, since the report before. */
  readonly loopDelay?: { readonly p99: number; readonly maximum: number };
}

export interface BedApplicationOptions {
  readonly subject: Telemetry;
  /** Its `service.name`, by which the sink knows its spans. */
  readonly name: string;
  readonly route: Route;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly own?: SickOnly | undefined;
  /** Whether the application closes its server at SIGTERM, or leaves the signal alone. Default: drain. */
  readonly onSigterm?: OnSigterm;
  /** Default: anywhere. */
  readonly cores?: Cores;
}

/** A line the application wrote. */
export interface OutputLine {
  /** Of the bed's monotonic clock. */
  readonly atMillis: number;
  readonly text: string;
}

const HERE = import.meta.dirname;
/** That of the overhead benchmark, loaded by `require`: there every subject's hooks apply. */
const APPLICATION = join(ROOT, 'bench/overhead/app/main.cjs');
const START_PATIENCE_MILLIS = 60_000;
/** Whoever is still there then does not stop by itself. */
const STOP_PATIENCE_MILLIS = 20_000;
/** Lines that are kept; a subject that writes more is counted. */
const LINES_MAXIMUM = 20_000;

/** The bed's application in a process of its own, with one subject's telemetry or none. */
export class BedApplication {
  readonly options: BedApplicationOptions;
  readonly reports: { readonly atMillis: number; readonly report: WitnessReport }[] = [];
  readonly lines: OutputLine[] = [];
  linesWritten = 0;
  /** From the start of the process until it listened. */
  startMillis = 0;
  url = '';
  readonly #spawnedMillis = performance.now();
  readonly #child: ChildProcess;
  readonly #ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  /** Resolves when it listens. @throws when it ends before, or does not listen in time. */
  static async start(options: BedApplicationOptions): Promise<BedApplication> {
    const application = new BedApplication(options);
    await application.#listens();
    return application;
  }

  private constructor(options: BedApplicationOptions) {
    this.options = options;
    const { subject, name, route, own } = options;
    const preload = preloadOf(subject, name, route);
    const flags = [...(own?.flags ?? []), ...preload.flags, '--import', join(HERE, 'witness.mjs')];
    const [command = process.execPath, ...words] = [
      ...launcherOn(options.cores?.application),
      ...(own?.command ?? []),
      ...(route.command ?? []),
      process.execPath,
      ...flags,
      APPLICATION,
    ];
    const environment = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      BED_SUBJECT: subject,
      BED_BACKEND: route.url,
      APP_HOST: route.host ?? '127.0.0.1',
      APP_SIGTERM: options.onSigterm ?? 'drain',
      ...preload.environment,
      ...route.environment,
      ...options.environment,
      ...own?.environment,
    };
    this.#child = spawn(command, words, { cwd: HERE, env: environment, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
    this.#ended.catch(() => undefined);
    this.#read();
  }

  /** The newest report of its witness. */
  get now(): WitnessReport {
    return this.reports.at(-1)?.report ?? { served: 0, requests: 0 };
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Memory, threads and sockets, seen from outside; undefined when it has ended. */
  vitals(): Vitals | undefined {
    return readVitals(this.pid, Number(new URL(this.options.route.url).port));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal and waits for the end, killing it after 20 s. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ApplicationEnd> {
    const startedMillis = performance.now();
    this.signal(signal);
    let killed = false;
    const timer = setTimeout(() => {
      killed = true;
      this.signal('SIGKILL');
    }, STOP_PATIENCE_MILLIS);
    const end = await this.#ended.finally(() => clearTimeout(timer));
    return { ...end, seconds: (performance.now() - startedMillis) / 1_000, killed };
  }

  /** Ends it at once, whatever it does. Never rejects. */
  async dispose(): Promise<void> {
    if (!this.hasEnded) this.signal('SIGKILL');
    await this.#ended.catch(() => undefined);
  }

  #read(): void {
    const [, stdout, stderr, witness] = this.#child.stdio as unknown as Readable[];
    const take = (text: string) => {
      this.linesWritten += 1;
      if (this.lines.length < LINES_MAXIMUM) this.lines.push({ atMillis: performance.now(), text });
    };
    for (const stream of [stdout, stderr]) if (stream !== undefined) createInterface(stream).on('line', take);
    if (witness === undefined) return;
    createInterface(witness).on('line', (line) => {
      this.reports.push({ atMillis: performance.now(), report: JSON.parse(line) as WitnessReport });
    });
  }

  async #listens(): Promise<void> {
    while (performance.now() - this.#spawnedMillis < START_PATIENCE_MILLIS && !this.hasEnded) {
      const port = this.lines.map(({ text }) => /^{"ready":true,"port":(\d+)/.exec(text)?.[1]).find(Boolean);
      if (port !== undefined) {
        this.url = `http://${this.options.route.host ?? '127.0.0.1'}:${port}`;
        this.startMillis = performance.now() - this.#spawnedMillis;
        return;
      }
      await sleep(5);
    }
    await this.dispose();
    const said = this.lines.map(({ text }) => text).join('\n');
    throw new Error(`${this.options.name} (${this.options.subject}) did not listen\n${said}`);
  }
}
