import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment, probe, readServices, redisProgram } from '@vigil/cli';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const READY_MILLIS_MAXIMUM = 20_000;

export interface RunningRedis {
  readonly port: number;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
}

/** Real Redis servers that only this run uses; their data are in a temporary folder. */
export class RedisServers {
  readonly #folder: string;
  readonly #running = new Set<ChildProcess>();

  private constructor(folder: string) {
    this.#folder = folder;
    // A cell that fails halfway closes nothing.
    process.once('exit', () => {
      for (const child of this.#running) child.kill('SIGKILL');
    });
  }

  static async create(): Promise<RedisServers> {
    return new RedisServers(await mkdtemp(join(tmpdir(), 'vigil-redis-matrix-')));
  }

  /** @param settings of redis-server, beyond those of the demo. @param wanted a port that was in use before, to come back on. */
  async start(settings: Readonly<Record<string, string>> = {}, wanted?: number): Promise<RunningRedis> {
    const port = wanted ?? (await freePort());
    const data = join(this.#folder, `${port}`);
    await mkdir(data, { recursive: true });
    const spec = redisProgram({
      root: ROOT,
      source: readServices(ROOT).redis,
      data,
      port,
      environment: inheritedEnvironment(process.env),
    });
    const extra = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn(spec.command, [...spec.args, ...extra], {
      cwd: spec.directory,
      env: { ...inheritedEnvironment(process.env), ...spec.environment },
      stdio: 'ignore',
    });
    this.#running.add(child);
    const deadline = performance.now() + READY_MILLIS_MAXIMUM;
    while (spec.ready !== undefined && !(await probe(spec.ready)).ready) {
      if (child.exitCode !== null || performance.now() > deadline) throw new Error('redis-server did not become ready');
      await sleep(30);
    }
    return { port, kill: () => this.#end(child) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((child) => this.#end(child)));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #end(child: ChildProcess): Promise<void> {
    if (!this.#running.delete(child) || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  // A cluster's bus listens 10,000 above.
  return port > 55_000 ? freePort() : port;
}
