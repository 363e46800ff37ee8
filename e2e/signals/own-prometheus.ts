import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../collector/otlp-sink.ts';
import { eventually } from '../stack/eventually.ts';
import { ROOT } from '../stack/vigil.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';

const BINARY = join(process.env.VIGIL_PROGRAMS ?? join(ROOT, '.vigil/programs/bin'), 'prometheus');

/** Why Prometheus cannot be run here; undefined when it can. */
export const noPrometheus = existsSync(BINARY)
  ? undefined
  : `${BINARY} is missing: node scripts/setup.mjs --programs builds it`;

export interface OwnPrometheus {
  readonly url: string;
  /** The `data` of an answer of its API. @throws when there is none. */
  readonly ask: (path: string, parameters: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly dispose: () => Promise<void>;
}

/** The real binary with a store of its own, which scrapes one target every second as job `pull` and takes OTLP. */
export async function startPrometheus(target: string): Promise<OwnPrometheus> {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'vigil-prometheus-'));
  const config = {
    scrape_configs: [{ job_name: 'pull', scrape_interval: '1s', static_configs: [{ targets: [target] }] }],
  };
  writeFileSync(join(folder, 'prometheus.yaml'), JSON.stringify(config));
  const child = spawn(
    BINARY,
    [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-otlp-receiver',
      '--enable-feature=exemplar-storage',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-20_000);
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const dispose = async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually('Prometheus is ready', WORST_CASE_MILLIS.answered, async () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      return (await fetch(`${url}/-/ready`)).ok ? true : undefined;
    });
  } catch (error) {
    await dispose();
    throw new Error(`${(error as Error).message}\n${output}`);
  }
  const ask = async (path: string, parameters: Readonly<Record<string, string>>) => {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { data, error } = (await response.json()) as { data?: unknown; error?: string };
    if (data === undefined) throw new Error(`${path}: ${error}`);
    return data;
  };
  return { url, ask, dispose };
}
