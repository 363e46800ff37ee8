import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { fakeDocker } from '../../test/fake-docker.ts';
import { type FakeStack, fakeStack } from '../../test/fake-stack.ts';
import { nativePaths } from '../stack-paths.ts';
import { inheritedEnvironment } from '../supervisor/inherited-environment.ts';
import { startSupervisor } from '../supervisor/start-supervisor.ts';

// Real processes on a machine that may be busy with other tests.
jest.setTimeout(120_000);

let stack: FakeStack;
const servers: Server[] = [];
beforeEach(async () => {
  stack = await fakeStack();
  stack.environment.VIGIL_ENGINE = undefined;
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await stack.remove();
});

function container(
  service: string,
  more: { port?: string | undefined; status?: string; exit?: number; health?: string } = {},
) {
  const { port, status = 'running', exit = 0, health } = more;
  return {
    RestartCount: 0,
    State: {
      Status: status,
      Pid: 7,
      ExitCode: exit,
      StartedAt: new Date(Date.now() - 5_000).toISOString(),
      ...(health !== undefined && { Health: { Status: health } }),
    },
    Config: { Image: `docker.io/x/${service}:v1.2.3`, Labels: { 'com.docker.compose.service': service } },
    NetworkSettings: { Ports: { '1/tcp': port === undefined ? null : [{ HostPort: port }] } },
  };
}

async function listen(setting: string, status = 200): Promise<void> {
  const server = createServer((_, answer) => answer.writeHead(status).end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(Number(stack.environment[setting]), '127.0.0.1', resolve));
}

const published = (service: string) =>
  container(service, { port: stack.environment[`VIGIL_${service.toUpperCase()}_PORT`] });

test('without docker on PATH the stack runs natively and says why', async () => {
  const said = await stack.vigil(['up', '--no-wait']);
  expect(said.notes[0]).toBe('Using the native engine: docker is not installed.');
  expect(said.code).toBe(0);
});

test('an engine that does not answer, or has no compose, falls back with the reason', async () => {
  fakeDocker(stack, { silent: true });
  const silent = await stack.vigil(['up', '--no-wait']);
  expect(silent.notes[0]).toBe(
    'Using the native engine: no docker engine answers (Cannot connect to the Docker daemon).',
  );
  await stack.vigil(['down']);
  fakeDocker(stack, { noCompose: true });
  const bare = await stack.vigil(['up', '--no-wait']);
  expect(bare.notes[0]).toBe('Using the native engine: docker has no compose plugin.');
});

test('an image that cannot be pulled falls back to native and names the image', async () => {
  fakeDocker(stack, { images: ['a:1', 'b:2'], present: ['a:1'] });
  const said = await stack.vigil(['up', '--no-wait']);
  expect(said.notes.slice(0, 2)).toEqual([
    'Pulling b:2: usually a minute or two …',
    'Using the native engine: b:2 cannot be pulled (Error response from daemon: no route to host).',
  ]);
});

test('only the image of Grafana cannot be pulled: the rest starts, and a line names what is missing', async () => {
  const images = ['loki:1', 'grafana:2'];
  const docker = fakeDocker(stack, { images, present: ['loki:1'], containers: [published('loki')] });
  await listen('VIGIL_LOKI_PORT');
  const said = await stack.vigil(['up']);
  expect(said.notes).toContain(
    'Without grafana: grafana:2 cannot be pulled (Error response from daemon: no route to host).',
  );
  expect(said.code).toBe(0);
  expect(docker.asked()).toContain('compose up --detach loki');
});

test('--engine docker with an image that cannot be pulled is exit code 2, not a fallback', async () => {
  fakeDocker(stack, { images: ['b:2'] });
  const said = await stack.vigil(['up', '--engine', 'docker']);
  expect(said.code).toBe(2);
  expect(said.notes.at(-1)).toMatch(/^vigil: --engine docker: b:2 cannot be pulled \(.*\); or use --engine native$/);
});

test('what ran before goes on when a second up fails', async () => {
  const docker = fakeDocker(stack, { images: [], containers: [published('loki')] });
  expect((await stack.vigil(['up', '--no-wait'])).code).toBe(0);
  const said = await stack.vigil(['up', '--timeout', '1']);
  expect(said.code).toBe(1);
  expect(said.notes.at(-1)).toBe('The stack ran before: nothing was stopped.');
  expect(docker.asked()).not.toContain('compose down');
});

test('--engine docker without an engine is exit code 2, not a fallback', async () => {
  fakeDocker(stack, { silent: true });
  expect(await stack.vigil(['up', '--engine', 'docker'])).toEqual({
    code: 2,
    out: [],
    notes: [
      'vigil: --engine docker: no docker engine answers (Cannot connect to the Docker daemon); start it or use --engine native',
    ],
  });
});

test('a running native stack is not joined by a docker one', async () => {
  await stack.vigil(['up', '--no-wait', '--engine', 'native']);
  const docker = fakeDocker(stack, { images: [], containers: [] });
  const said = await stack.vigil(['up', '--no-wait']);
  expect(said.notes[0]).toContain('already running');
  expect(docker.asked().join()).not.toContain('compose up');
});

test('with docker: up waits for published ports, status and down follow, all without --engine', async () => {
  await listen('VIGIL_PROMETHEUS_PORT');
  await listen('VIGIL_OTLP_HTTP_PORT', 405);
  const containers = [
    published('prometheus'),
    container('collector', { port: stack.environment.VIGIL_OTLP_HTTP_PORT }),
    container('prepare', { status: 'exited' }),
  ];
  const docker = fakeDocker(stack, { images: ['a:1'], present: ['a:1'], containers });
  const up = await stack.vigil(['up', '--overlay', 'tail-sampling']);
  expect(up).toMatchObject({ code: 0, notes: ['Starting the stack, engine docker.'] });
  expect(up.out[0]).toMatch(/^collector +http:\/\/127\.0\.0\.1:\d+ +1\.2\.3 {2}send OTLP here/);
  const status = await stack.vigil(['status', '--json']);
  expect(status.code).toBe(0);
  expect(JSON.parse(status.out.join('\n'))).toMatchObject({
    engine: 'docker',
    programs: [
      { name: 'collector', ready: true, state: 'running' },
      { name: 'prepare', ready: true, state: 'exited' },
      { name: 'prometheus', ready: true, version: '1.2.3' },
    ],
  });
  expect((await stack.vigil(['logs', 'prometheus', '-n', '3'])).code).toBe(0);
  expect((await stack.vigil(['down', '--volumes'])).code).toBe(0);
  expect(await stack.vigil(['down'])).toMatchObject({ code: 0, notes: ['Nothing is running.'] });
  expect(docker.asked()).toContain('compose logs --tail 3 prometheus');
  expect(docker.asked()).toContain('compose down --volumes');
});

test('an init container that failed, an unhealthy one and one that does not answer are not ready', async () => {
  const containers = [
    published('loki'),
    container('prepare', { status: 'exited', exit: 3 }),
    container('grafana', { health: 'starting' }),
  ];
  const docker = fakeDocker(stack, { images: [], containers });
  const up = await stack.vigil(['up', '--timeout', '1']);
  expect(up.code).toBe(1);
  expect(up.notes[1]).toBe('Not ready after 1 s: grafana (starting), loki (nothing listens), prepare (exit 3).');
  expect(docker.asked().slice(-2)).toEqual(['compose logs --tail 15', 'compose down']);
});

test('Ctrl-C while docker starts stops the containers, exit code 130', async () => {
  fakeDocker(stack, { images: [], containers: [published('loki')] });
  expect(await stack.vigil(['up'], AbortSignal.abort())).toMatchObject({ code: 130 });
  expect((await stack.vigil(['status'])).notes).toEqual(['The stack is not running: start it with `vigil up`.']);
});

test('compose up that fails is exit code 1 and leaves nothing', async () => {
  const docker = fakeDocker(stack, { images: [], up: 18 });
  const said = await stack.vigil(['up', '--engine', 'docker']);
  expect(said.code).toBe(1);
  expect(said.notes).toContain('docker compose up ended with exit code 18.');
  expect(docker.asked().at(-1)).toBe('compose down');
});

test('applications that run beside a docker stack stand in its status, and their log is shown by name', async () => {
  const folder = nativePaths(join(stack.home, 'demo'));
  const shop = { name: 'shop', title: 'shop', command: process.execPath, args: ['-e', 'setInterval(() => {}, 1e3)'] };
  const programs = [{ ...shop, directory: stack.root, environment: {} }];
  await startSupervisor({ folder, programs, environment: inheritedEnvironment(stack.environment) });
  fakeDocker(stack, { images: [], containers: [container('prepare', { status: 'exited' })] });
  expect((await stack.vigil(['up', '--no-wait'])).code).toBe(0);
  const status = JSON.parse((await stack.vigil(['status', '--json'])).out.join('\n'));
  expect(status.engine).toBe('docker');
  expect(status.programs.map(({ name }: { name: string }) => name)).toEqual(['prepare', 'shop']);
  expect((await stack.vigil(['logs', 'shop'])).code).toBe(0);
});

test('compose among the stack’s programs serves where docker has no plugin', async () => {
  fakeDocker(stack, { noCompose: true });
  stack.program('docker-compose', 'if (process.argv.includes("config")) console.log(JSON.stringify({ services: {} }))');
  const said = await stack.vigil(['up', '--no-wait', '--engine', 'docker']);
  expect(said.code).toBe(0);
  expect(said.notes).toEqual(['Starting the stack, engine docker.']);
  expect(join(stack.programs, 'docker-compose')).toContain('bin');
});
