import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { requires } from '../requirement.ts';
import { eventually } from '../stack/eventually.ts';
import { ROOT, vigil } from '../stack/vigil.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { noApplications } from './applications.ts';
import { buildRedis, type RedisBinary } from './build-images.ts';
import { ComposeProject, freeStackPorts, PROGRAMS, readEnvFile } from './compose-project.ts';
import { onPath } from './engine.ts';
import { buildStandIns, findStandInEngine, type StandIns, standInName } from './stand-ins.ts';

const found = await findStandInEngine();
const noCommand = onPath('docker') === undefined ? 'no docker command on PATH' : undefined;
const unavailable = found.kind === 'none' ? found.reason : (noApplications ?? noCommand);
const test = requires(unavailable);

const name = `vigil-e2e-demo-${process.pid}`;
const home = mkdtempSync(join(tmpdir(), 'vigil-docker-demo-'));
let standIns: StandIns;
let environment: Record<string, string>;
let project: ComposeProject;

beforeAll(async () => {
  if (found.kind !== 'engine' || unavailable !== undefined) return;
  standIns = await buildStandIns(found.engine);
  environment = {
    ...(await freeStackPorts()),
    ...standIns.images,
    // In somebody's engine there may be a Grafana, which has no stand-in: the name of one that nobody has.
    VIGIL_GRAFANA_IMAGE: 'docker.invalid/grafana/grafana:13.0.0',
    COMPOSE_PROJECT_NAME: name,
    COMPOSE_PROGRESS: 'plain',
    DOCKER_HOST: found.engine.host,
    DOCKER_CONFIG: home,
    VIGIL_HOME: home,
    VIGIL_PROGRAMS: PROGRAMS,
    NO_COLOR: '1',
  };
  project = new ComposeProject(name, found.engine, environment);
});

afterAll(async () => {
  await project?.run(['down', '--volumes', '--timeout', '20']);
  await standIns?.stop();
  rmSync(home, { recursive: true, force: true });
});

const running = async () =>
  [...(await project.containers()).values()].filter(({ State }) => State.Running).map(({ Id }) => Id);

test('vigil up with Docker names Grafana as what is missing and starts the rest', async () => {
  const up = await vigil(['up', '--engine', 'docker'], environment);
  expect([up.code, up.code === 0 ? '' : up.stderr]).toEqual([0, '']);
  expect(up.stderr).toContain('Without grafana: docker.invalid/grafana/grafana:13.0.0 cannot be pulled');
  expect(await running()).toHaveLength(6);
});

test('the demo on a Docker stack that runs finds every signal and the page, and leaves the stack alone', async () => {
  const before = await running();
  const demo = await vigil(['demo', '--check', '--engine', 'docker'], environment);
  process.stdout.write(demo.stdout);
  expect(demo.stdout).toContain('Everything was found.');
  expect(demo.stdout).toMatch(/AvailabilityBudgetBurnFast \(critical, payments\) \d+ s after the fault/);
  expect(demo.stdout).toMatch(/trace [0-9a-f]{32} · \d+ spans · shop → payments/);
  expect(demo.code).toBe(0);
  expect((await running()).sort()).toEqual(before.sort());
});

test('vigil down --volumes leaves no container, network or volume', async () => {
  const down = await vigil(['down', '--volumes', '--engine', 'docker'], environment);
  expect([down.code, down.code === 0 ? '' : down.stderr]).toEqual([0, '']);
  expect(await project.leftovers()).toEqual([]);
});

/** Sends one line; resolves to the first answer. */
function ask(port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(`${line}\r\n`));
    socket.once('data', (answer) => {
      resolve(answer.toString());
      socket.destroy();
    });
    socket.once('error', reject);
    // The engine's port is open before Redis listens: such a connection is closed without a word.
    socket.once('close', () => reject(new Error('closed')));
  });
}

async function removed(program: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => program.once('exit', resolve));
  program.kill('SIGTERM');
  await gone;
}

const { redis } = noApplications === undefined ? readServices() : { redis: null };
const noBinary = redis !== null && 'binary' in redis ? undefined : 'this machine has no redis-server of its own';

requires(unavailable ?? noBinary)(
  'Redis in a container answers on loopback, outlives a killed run, and SIGTERM leaves no container, volume or network',
  async () => {
    const image = standInName(standIns.engine, readEnvFile('versions.env').VIGIL_REDIS_IMAGE ?? '');
    await buildRedis(standIns.engine.api, redis as RedisBinary, image);
    standIns.add(image);
    const volumes = async () => {
      const answer = await standIns.engine.api.get<{ Volumes: { Name: string }[] | null }>('/volumes');
      return (answer.Volumes ?? []).map(({ Name }) => Name).sort();
    };
    const before = await volumes();
    const port = Number(environment.VIGIL_DEMO_REDIS_PORT);
    const start = () =>
      spawn(join(ROOT, 'scripts/redis-in-docker'), [image, String(port)], {
        env: { ...process.env, ...environment },
        stdio: 'ignore',
      });
    const killed = start();
    await eventually('the first Redis', WORST_CASE_MILLIS.restarted, () => ask(port, 'SET kept 1'));
    killed.kill('SIGKILL');
    const second = start();
    // Nothing is on disk: the new one does not know what the old one was told.
    await eventually('the second Redis', WORST_CASE_MILLIS.restarted, async () =>
      (await ask(port, 'GET kept')).startsWith('$-1') ? true : undefined,
    );
    await removed(second);
    const all = `filters=${encodeURIComponent(JSON.stringify({ name: [`vigil-redis-${port}`] }))}`;
    expect(await standIns.engine.api.get(`/containers/json?all=true&${all}`)).toEqual([]);
    expect(await standIns.engine.api.get(`/networks?${all}`)).toEqual([]);
    expect(await volumes()).toEqual(before);
  },
);

function readServices(): { redis: RedisBinary | { image: string } | null } {
  return JSON.parse(readFileSync(join(ROOT, '.vigil/services.json'), 'utf8'));
}
