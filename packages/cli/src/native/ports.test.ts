import { createServer, type Server } from 'node:net';
import { expect, test } from '@jest/globals';
import { listeningInodes, portProblems } from './ports.ts';

async function listening(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}

test('two taken ports are named at once, with who has them and which variable moves them', async () => {
  const [one, two] = [await listening('127.0.0.1'), await listening('0.0.0.0')];
  const problems = await portProblems([
    { port: one.port, title: 'Prometheus', setting: 'VIGIL_PROMETHEUS_PORT' },
    { port: two.port, title: 'Loki', setting: 'VIGIL_LOKI_PORT' },
  ]);
  one.server.close();
  two.server.close();
  const owner = process.platform === 'linux' ? `\\S.* \\(pid ${process.pid}\\)` : 'another program';
  expect(problems).toEqual([
    expect.stringMatching(
      `^port ${one.port} \\(Prometheus\\) is in use by ${owner}: stop it or set VIGIL_PROMETHEUS_PORT$`,
    ),
    expect.stringMatching(`^port ${two.port} \\(Loki\\) is in use by ${owner}: stop it or set VIGIL_LOKI_PORT$`),
  ]);
});

test('a port given to two programs is a problem before anything listens', async () => {
  const { server, port } = await listening('127.0.0.1');
  await new Promise((resolve) => server.close(resolve));
  const problems = await portProblems([
    { port, title: 'Prometheus', setting: 'VIGIL_PROMETHEUS_PORT' },
    { port, title: 'Loki', setting: 'VIGIL_LOKI_PORT' },
  ]);
  expect(problems).toEqual([`port ${port} is given to Prometheus and to Loki: change VIGIL_LOKI_PORT`]);
});

test('a free port is no problem and stays free', async () => {
  const { server, port } = await listening('127.0.0.1');
  await new Promise((resolve) => server.close(resolve));
  const use = { port, title: 'Prometheus', setting: 'VIGIL_PROMETHEUS_PORT' };
  expect(await portProblems([use])).toEqual([]);
  expect(await portProblems([use])).toEqual([]);
});

test('only sockets in LISTEN count as owners of a port', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:2382 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1',
    '   1: 0100007F:2382 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4712 1',
    '   2: 0100007F:2383 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1',
  ].join('\n');
  expect(listeningInodes(table, 9090)).toEqual(['4711']);
});
