import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnsweringProcess } from './answering-process.ts';
import type { SinkDialogue } from './sink-dialogue.ts';
import type { SinkReport, SinkTally } from './sink-report.ts';
import type { SinkTls } from './sink-server.ts';
import { HEALTHY, type SinkStep } from './sink-step.ts';

const PROGRAM = fileURLToPath(new URL('sink-process.ts', import.meta.url));

export interface SinkOptions {
  /** Default: 0, a free one. It keeps it over {@link Sink.restart}. */
  readonly port?: number;
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: none, plain HTTP. */
  readonly tls?: SinkTls | undefined;
  /** A command that runs the sink: `['ip', 'netns', 'exec', 'far']`. It must replace itself by it, or signals miss. Default: none. */
  readonly launcher?: readonly string[];
}

/** An OTLP receiver (and intake of dd-trace) in a process of its own that does with each request what it was told. */
export interface Sink {
  /** Without a path. */
  readonly url: string;
  readonly port: number;
  /** Of its process now. */
  readonly pid: number;
  /** From now on every request meets this step, also under load. Default at the start: takes everything. */
  behave(step: SinkStep): Promise<void>;
  /** The next requests meet these steps in turn, later ones `always`. Default: takes everything. */
  script(steps: readonly SinkStep[], always?: SinkStep): Promise<void>;
  /** Counters only. */
  tally(): Promise<SinkTally>;
  /** Everything, the ids of all spans among it: not for millions of them. */
  report(): Promise<SinkReport>;
  /** SIGSTOP: connections are accepted by the kernel, nothing is answered. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** SIGKILL: connections break, nobody listens; what was taken is kept. */
  kill(): Promise<void>;
  /** Starts again on the same port, with everything it knew, taking everything. Ends the life before if there is one. */
  restart(): Promise<void>;
  /** Ends the process and forgets what it knew. */
  close(): Promise<void>;
}

/**
 * Starts a sink; it takes everything until it is told otherwise.
 *
 * @throws when the port cannot be had.
 */
export async function startSink({ port = 0, host = '127.0.0.1', tls, launcher = [] }: SinkOptions = {}): Promise<Sink> {
  const folder = ownFolder();
  const begin = () => new AnsweringProcess<SinkDialogue>('sink', PROGRAM, launcher);
  let child = begin();
  const start = (at: number) => child.ask('start', { port: at, host, tls, folder });
  const close = async () => {
    await child.kill();
    forget(folder);
  };
  const script = async (steps: readonly SinkStep[], always: SinkStep = HEALTHY) => {
    await child.ask('script', { steps, always });
  };
  const taken = await start(port).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${taken}`,
    port: taken,
    get pid() {
      return child.process.pid ?? 0;
    },
    behave: (step) => script([], step),
    script,
    tally: () => child.ask('tally', undefined),
    report: () => child.ask('report', undefined),
    freeze: () => void child.process.kill('SIGSTOP'),
    thaw: () => void child.process.kill('SIGCONT'),
    kill: () => child.kill(),
    restart: async () => {
      await child.kill();
      child = begin();
      await start(taken);
    },
    close,
  };
}

const folders = new Set<string>();

/** Gone with the sink, or with who started it and never closed it. */
function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-sink-'));
  if (folders.size === 0) process.once('exit', forgetAll);
  folders.add(folder);
  return folder;
}

function forget(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
  if (folders.size === 0) process.off('exit', forgetAll);
}

function forgetAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
