import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../stack/eventually.ts';
import { ROOT } from '../stack/vigil.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import type { Signal } from './otlp-schema.ts';
import { freePorts } from './otlp-sink.ts';

const BINARY = join(process.env.VIGIL_PROGRAMS ?? join(ROOT, '.vigil/programs/bin'), 'vigil-collector');
export const GATEWAY = join(ROOT, 'collector/gateway.yaml');

/** Why the collector cannot be run here; undefined when it can. */
export const noCollector = existsSync(BINARY)
  ? undefined
  : `${BINARY} is missing: node scripts/setup.mjs --programs builds it`;

/** Runs the collector's own check of configuration files; resolves to what it complains about, empty when nothing. */
export function validate(configs: readonly string[]): string {
  try {
    execFileSync(BINARY, ['validate', ...configs.map((path) => `--config=${path}`)], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error);
  }
}

/** What a test may change: nothing but the environment. */
export interface CollectorOptions {
  /** Address of the sink that stands for all three stores. */
  readonly sink: string;
  readonly overlay?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The real binary with the committed configuration, its ports and its state folder kept over restarts. */
export class RunningCollector {
  readonly otlp: string;
  readonly state = mkdtempSync(join(tmpdir(), 'vigil-collector-'));
  readonly #options: CollectorOptions;
  readonly #ports: { grpc: number; http: number; metrics: number; health: number };
  #process: ChildProcess | undefined;
  #output = '';

  constructor(options: CollectorOptions, ports: readonly number[]) {
    const [grpc = 0, http = 0, metrics = 0, health = 0] = ports;
    this.#options = options;
    this.#ports = { grpc, http, metrics, health };
    this.otlp = `http://127.0.0.1:${http}`;
  }

  /** Starts it and waits until it is healthy. @throws with its log when it is not within 20 s. */
  async start(): Promise<void> {
    const { sink, overlay, environment } = this.#options;
    const configs = [GATEWAY, ...(overlay === undefined ? [] : [join(ROOT, `collector/overlays/${overlay}.yaml`)])];
    const child = spawn(
      BINARY,
      configs.map((path) => `--config=${path}`),
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          VIGIL_STATE_DIRECTORY: this.state,
          VIGIL_OTLP_GRPC_PORT: String(this.#ports.grpc),
          VIGIL_OTLP_HTTP_PORT: String(this.#ports.http),
          VIGIL_COLLECTOR_METRICS_PORT: String(this.#ports.metrics),
          VIGIL_COLLECTOR_HEALTH_PORT: String(this.#ports.health),
          VIGIL_JAEGER_OTLP_URL: sink,
          VIGIL_PROMETHEUS_URL: sink,
          VIGIL_LOKI_URL: sink,
          ...environment,
        },
      },
    );
    child.stderr.on('data', (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString()).slice(-20_000);
    });
    this.#process = child;
    try {
      await eventually('the collector is healthy', WORST_CASE_MILLIS.answered, async () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
        return (await fetch(`http://127.0.0.1:${this.#ports.health}/`)).ok ? true : undefined;
      });
    } catch (error) {
      await this.end('SIGKILL');
      throw new Error(`${(error as Error).message}\n${this.#output}`);
    }
  }

  /** Ends it: SIGKILL is a crash, SIGTERM an orderly stop. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  /** It hangs: connections are taken by the system, nothing is read or answered. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** It goes on where it hung. */
  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it and removes its state. */
  async dispose(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.state, { recursive: true, force: true });
  }

  /** Sends one OTLP/JSON request; resolves to the status of the answer. */
  async send(signal: Signal, body: unknown): Promise<number> {
    const response = await fetch(`${this.otlp}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** Sum of one of its own metrics over all labels; 0 when it has none of that name yet. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.#ports.metrics}/metrics`)).text();
    const rows = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return rows.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }
}

/** Starts a collector on free ports. */
export async function startCollector(options: CollectorOptions): Promise<RunningCollector> {
  const collector = new RunningCollector(options, await freePorts(4));
  await collector.start();
  return collector;
}
