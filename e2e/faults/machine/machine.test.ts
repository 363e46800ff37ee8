import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requires } from '../../requirement.ts';
import { command } from './command.ts';
import { available as controlGroupLack, createControlGroup } from './control-group.ts';
import { type NameServer, startNameServer } from './name-server.ts';
import { createNamespace, type Namespace, available as namespaceLack } from './namespace.ts';
import { limited } from './process-limits.ts';
import { createSmallDisk, available as smallDiskLack } from './small-disk.ts';
import { createWallClock, available as wallClockLack } from './wall-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigil-machine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script in a Node.js of its own; resolves to what it wrote, while this process goes on answering. */
async function script(
  code: string,
  launcher: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<string> {
  const [program = process.execPath, ...words] = [...launcher, process.execPath, '-e', code];
  const child = spawn(program, words, { env: { PATH: process.env.PATH, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const [status, signal] = await once(child, 'close');
  return status === 0 ? output.trim() : `${signal ?? status} ${output.trim()}`;
}

const inNamespace = requires(await namespaceLack());
describe('a network namespace', () => {
  let namespace: Namespace;
  const server = http.createServer((request, response) => request.resume().on('end', () => response.end('ok')));
  beforeAll(async () => {
    namespace = createNamespace();
    server.listen(0, namespace.outside);
    await once(server, 'listening');
  });
  afterAll(() => {
    server.close();
    namespace.remove();
  });
  const port = () => (server.address() as AddressInfo).port;
  /** Posts so many bytes from inside; `200`, the error's code, or `timeout` after 2 s. */
  const post = (bytes: number) =>
    script(
      `const r = require('http').request({ host: '${namespace.outside}', port: ${port()}, method: 'POST', agent: false }, (s) => { console.log(s.statusCode); process.exit(); });
       r.on('error', (e) => { console.log(e.code); process.exit(); }); r.end(Buffer.alloc(${bytes})); setTimeout(() => { console.log('timeout'); process.exit(); }, 2000);`,
      namespace.command,
    );

  inNamespace('without a fault it reaches two addresses of the machine, and nothing else', async () => {
    expect(await post(100_000)).toBe('200');
    expect(
      command(`${namespace.command.join(' ')} ip route`)
        .trim()
        .split('\n'),
    ).toHaveLength(2);
  });

  for (const [name, fault, bytes, expected] of [
    ['drop', { kind: 'drop' }, 10, 'timeout'],
    ['reject', { kind: 'reject' }, 10, 'ECONNREFUSED'],
    ['black hole, a small body', { kind: 'black-hole', bytes: 600 }, 10, '200'],
    ['black hole, a large body', { kind: 'black-hole', bytes: 600 }, 100_000, 'timeout'],
    ['loss of everything', { kind: 'loss', part: 1 }, 10, 'timeout'],
    ['narrow, a small body', { kind: 'narrow', kbitPerSecond: 200 }, 10, '200'],
    ['narrow, a body of 4 s', { kind: 'narrow', kbitPerSecond: 200 }, 100_000, 'timeout'],
  ] as const) {
    inNamespace(name, async () => {
      namespace.set(port(), fault);
      expect(await post(bytes)).toBe(expected);
      namespace.set(port(), undefined);
      expect(await post(bytes)).toBe('200');
    });
  }

  inNamespace(
    'names are answered by the server it is told: an address, no such name, cannot tell, silence',
    async () => {
      const names = await startNameServer(namespace.outside);
      namespace.resolveBy(namespace.outside);
      // `process.exit` would wait for the thread that asks.
      const look = () =>
        script(
          `require('dns').lookup('collector.vigil.test', { family: 4 }, (e, a) => { console.log(e ? e.code : a); process.exit(); }); setTimeout(() => { console.log('timeout'); process.kill(process.pid, 'SIGKILL'); }, 700)`,
          namespace.command,
        );
      const seen: string[] = [];
      for (const how of [
        { kind: 'address', address: '192.0.2.7' },
        { kind: 'unknown' },
        { kind: 'failure' },
        { kind: 'silence' },
      ] as const) {
        names.answer(how);
        seen.push(await look());
      }
      await names.close();
      expect(seen).toEqual(['192.0.2.7', 'ENOTFOUND', 'EAI_AGAIN', 'SIGKILL timeout']);
      expect(names.asked).toBeGreaterThanOrEqual(4);
    },
  );

  inNamespace('what is removed leaves no namespace, no cable, no resolver', async () => {
    const other = createNamespace();
    other.resolveBy('192.0.2.1');
    const name = other.command.at(-1) ?? '';
    other.remove();
    expect(command('ip netns list')).not.toContain(name);
    expect(existsSync(join('/etc/netns', name))).toBe(false);
  });

  inNamespace('what was not removed goes with the process that made it, also when it fails', async () => {
    const code = `import('${join(import.meta.dirname, 'namespace.ts')}').then(({ createNamespace }) => { console.log(createNamespace().command.at(-1)); throw new Error('on purpose'); })`;
    const { stdout, status } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^vigil-\d+-1/);
    expect(command('ip netns list')).not.toContain(stdout.trim());
  });
});

const inGroup = requires(await controlGroupLack());
describe('a control group', () => {
  inGroup('who takes more memory than it has is killed; its peak is known', async () => {
    const group = createControlGroup({ memoryBytes: 100 * 2 ** 20 });
    const hungry = 'const a = []; for (;;) a.push(Buffer.alloc(2 ** 20, 1));';
    expect(await script(hungry, group.command)).toMatch(/^SIGKILL/);
    expect(group.peakBytes()).toBeGreaterThan(90 * 2 ** 20);
    group.remove();
  });

  inGroup('with a tenth of a core 200 ms of work take at least 1 s', async () => {
    const group = createControlGroup({ cpus: 0.1 });
    const work = `const c = process.cpuUsage(); const t = performance.now(); while (process.cpuUsage(c).user + process.cpuUsage(c).system < 200000); console.log(performance.now() - t)`;
    expect(Number(await script(work, group.command))).toBeGreaterThan(1_000);
    group.remove();
  });
});

const onDisk = requires(await smallDiskLack(folder));
describe('a small disk', () => {
  onDisk('full: ENOSPC; protected: EROFS; then everything works again', async () => {
    const disk = createSmallDisk(join(folder, 'disk'), 2 ** 20);
    const write = () => writeFileSync(join(disk.folder, 'file'), 'x'.repeat(10_000));
    disk.fill();
    expect(write).toThrow('ENOSPC');
    disk.empty();
    write();
    disk.protect();
    expect(write).toThrow('EROFS');
    disk.release();
    write();
    disk.remove();
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(disk.folder);
  });
});

const byClock = requires(await wallClockLack());
describe('a wall clock', () => {
  byClock('it jumps for every thread of a running process, both ways, and the monotonic clock does not', async () => {
    const clock = createWallClock(folder);
    const offsets = `const { Worker } = require('worker_threads');
      const true_ = Date.now(); const t0 = performance.now();
      process.stdin.once('data', () => {
        const here = Date.now() - true_ - (performance.now() - t0);
        const w = new Worker('require("worker_threads").parentPort.postMessage(Date.now())', { eval: true });
        w.on('message', (there) => { console.log(Math.round(here / 1000), Math.round((there - true_) / 1000 - (performance.now() - t0) / 1000)); process.exit(); });
      }); console.log('ready')`;
    for (const millis of [-3_600_000, 10 * 365 * 86_400_000]) {
      clock.set(0);
      const child = spawn(process.execPath, ['-e', offsets], { env: { ...clock.environment } });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk;
        if (!output.includes('ready') || child.stdin.writableEnded) return;
        clock.set(millis);
        child.stdin.end('go');
      });
      await once(child, 'close');
      expect(output.split('\n')[1]).toBe(`${millis / 1_000} ${millis / 1_000}`);
    }
    clock.close();
  });
});

test('limits of a process: the files it may open', async () => {
  expect(
    await script('console.log(require("child_process").execSync("ulimit -n").toString())', limited({ openFiles: 77 })),
  ).toBe('77');
});

describe('a name server', () => {
  let names: NameServer & { readonly port: number };
  beforeAll(async () => {
    names = await startNameServer('127.0.0.1', 0);
  });
  afterAll(() => names.close());

  test('it answers what it is told from the next question on', async () => {
    const ask = (type: string) =>
      script(
        `const r = new (require('dns').promises.Resolver)({ timeout: 300, tries: 1 }); r.setServers(['127.0.0.1:${names.port}']); r.resolve${type}('a.vigil.test').then(console.log, (e) => console.log(e.code))`,
      );
    names.answer({ kind: 'address', address: '192.0.2.9', afterMillis: 20 });
    expect(await ask('4')).toBe("[ '192.0.2.9' ]");
    expect(await ask('6')).toBe('ENODATA');
    names.answer({ kind: 'unknown' });
    expect(await ask('4')).toBe('ENOTFOUND');
  });
});
