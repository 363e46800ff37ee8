import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { noteLeftBehind } from '../stack/left-behind.ts';
import { type EngineApi, engineApi } from './engine-api.ts';

/** A Docker engine that answers. */
export interface Engine {
  /** For `DOCKER_HOST`. */
  readonly host: string;
  readonly api: EngineApi;
  /** Started by us with a data folder of its own: images and volumes are nobody else's, and `stop` removes them. */
  readonly own: boolean;
  /** Ends it when it is ours. Never throws. */
  stop(): Promise<void>;
}

/** An engine, or in one sentence part why there is none. */
export type FoundEngine =
  | { readonly kind: 'engine'; readonly engine: Engine }
  | { readonly kind: 'none'; readonly reason: string };

const DEFAULT_SOCKET = '/var/run/docker.sock';
const START_MILLIS = 120_000;
/** Containers of one network reach each other without rules, and ports are forwarded by a process: the firewall stays as it is. */
const UNTOUCHED_FIREWALL = ['--iptables=false', '--ip-masq=false', '--ip-forward=false'];
/** Tried in this order: overlay file systems cannot be stacked everywhere. */
const STORAGE: readonly (readonly string[])[] = [[], ['--storage-driver=vfs']];

/**
 * Finds an engine: one that answers, else the distribution's `dockerd` started in a temporary folder, which apt may
 * install first where `CI=true` or `VIGIL_INSTALL_DOCKER=true` says so. Never throws.
 */
export async function findEngine(): Promise<FoundEngine> {
  const answering = await answeringEngine();
  if (answering !== undefined) return { kind: 'engine', engine: answering };
  if (process.platform !== 'linux') return none('no Docker engine answers');
  if (process.getuid?.() !== 0) return none('no Docker engine answers, and starting one needs root');
  if (onPath('dockerd') === undefined) {
    if (!installDocker()) {
      return none(
        'no Docker engine answers and dockerd is not installed (VIGIL_INSTALL_DOCKER=true installs docker.io)',
      );
    }
    // The package may have started a service.
    const installed = await answeringEngine();
    if (installed !== undefined) return { kind: 'engine', engine: installed };
  }
  let problem = '';
  const network = forwardingIsOpen() ? UNTOUCHED_FIREWALL : [];
  for (const storage of STORAGE) {
    const started = await startEngine([...network, ...storage]);
    if (started.kind === 'engine') return started;
    problem = started.reason;
  }
  return none(`dockerd does not start: ${problem}`);
}

const none = (reason: string): FoundEngine => ({ kind: 'none', reason });

async function answers(api: EngineApi): Promise<boolean> {
  try {
    await api.get('/version');
    return true;
  } catch {
    // Refused, absent or not yet listening: each means that no engine answers.
    return false;
  }
}

async function answeringEngine(): Promise<Engine | undefined> {
  const host = process.env.DOCKER_HOST ?? `unix://${DEFAULT_SOCKET}`;
  if (!host.startsWith('unix://')) return undefined;
  const api = engineApi(host.slice('unix://'.length));
  return (await answers(api)) ? { host, api, own: false, stop: async () => undefined } : undefined;
}

export function onPath(command: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

/** Where something filters forwarded packets, it may filter those between containers too: Docker's own rules let them pass. */
function forwardingIsOpen(): boolean {
  try {
    return (
      execFileSync(onPath('iptables') ?? 'iptables', ['-S', 'FORWARD'], { encoding: 'utf8' }).trim() ===
      '-P FORWARD ACCEPT'
    );
  } catch {
    // No iptables, so no rules.
    return true;
  }
}

function installDocker(): boolean {
  const allowed = process.env.CI === 'true' || process.env.VIGIL_INSTALL_DOCKER === 'true';
  if (!allowed || onPath('apt-get') === undefined) return false;
  process.stderr.write(
    'compose: installing docker.io with apt-get (no engine here; CI or VIGIL_INSTALL_DOCKER allows it)\n',
  );
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // No service is started by the package: the tests start their own engine.
  const install = (...packages: string[]) =>
    execFileSync('apt-get', ['-o', 'Dpkg::Use-Pty=0', 'install', '-y', '--no-install-recommends', ...packages], {
      stdio: 'ignore',
      timeout: 600_000,
      env: { ...environment, RUNLEVEL: '1' },
    });
  try {
    execFileSync('apt-get', ['update'], { stdio: 'ignore', timeout: 300_000, env: environment });
    install('docker.io', 'iptables');
    // Newer distributions have the command in a package of its own.
    if (onPath('docker') === undefined) install('docker-cli');
  } catch (error) {
    process.stderr.write(`compose: apt-get could not install docker.io: ${String(error)}\n`);
  }
  return onPath('dockerd') !== undefined;
}

async function startEngine(options: readonly string[]): Promise<FoundEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-docker-'));
  noteLeftBehind('engine', folder);
  const socket = join(folder, 'docker.sock');
  const log = join(folder, 'log');
  const output = openSync(log, 'w');
  const daemon = spawn(
    onPath('dockerd') ?? 'dockerd',
    [
      ...[`--host=unix://${socket}`, `--data-root=${join(folder, 'data')}`, `--exec-root=${join(folder, 'exec')}`],
      ...[`--pidfile=${join(folder, 'pid')}`, '--bridge=none', ...options],
    ],
    { stdio: ['ignore', output, output] },
  );
  // A test run that is interrupted must not leave a daemon behind.
  const kill = () => void daemon.kill('SIGTERM');
  process.once('exit', kill);
  const api = engineApi(socket);
  const stop = async () => {
    process.off('exit', kill);
    await stopEngine(daemon, folder);
  };
  const end = performance.now() + START_MILLIS;
  while (performance.now() < end && daemon.exitCode === null) {
    if (await answers(api)) return { kind: 'engine', engine: { host: `unix://${socket}`, api, own: true, stop } };
    await setTimeout(200);
  }
  const reason = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? 'no output';
  await stop();
  return none(reason.slice(0, 300));
}

async function stopEngine(daemon: ChildProcess, folder: string): Promise<void> {
  if (daemon.exitCode === null && daemon.signalCode === null) {
    const gone = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGTERM');
    await Promise.race([gone, setTimeout(30_000, undefined, { ref: false })]);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
}
