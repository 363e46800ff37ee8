import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { expect, jest, test } from '@jest/globals';
import { runApp } from './run-app.ts';

jest.setTimeout(60_000);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const environment = (port: number) => ({
  OTEL_TRACES_EXPORTER: 'console',
  OTEL_METRICS_EXPORTER: 'prometheus',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
});

test('Prometheus scrapes; the scrape is no span, and its kept connection does not keep the process alive', async () => {
  const port = await freePort();
  const agent = new Agent({ keepAlive: true });
  let page = '';
  const { code, stdout, stderr, millisAfterOutput } = await runApp('scraped.mjs', {
    env: environment(port),
    onLine: (line) => {
      if (line !== 'ready') return;
      get({ host: '127.0.0.1', port, path: '/metrics', agent }, (response) => {
        response.on('data', (chunk: Buffer) => {
          page += chunk.toString();
        });
      });
    },
  });
  agent.destroy();
  expect(code).toBe(0);
  expect(page).toMatch(/^orders_total\{.*\} 3$/m);
  expect(page).toMatch(/^target_info\{.*service_name="@vigil\/node"/m);
  expect(page).toContain('nodejs_eventloop_utilization');
  expect(stdout).toBe('ready\ndone\n');
  expect(stderr).toContain(`traces → console · metrics at http://127.0.0.1:${port}/metrics`);
  expect(millisAfterOutput).toBeLessThan(4_000);
});

test('a port that is taken is one line; the application runs', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => blocker.once('listening', resolve));
  const address = blocker.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, stdout, stderr } = await runApp('scraped.mjs', { env: environment(port) });
  blocker.close();
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready\ndone\n' });
  expect(stderr).toMatch(new RegExp(`^vigil: Prometheus cannot scrape 127.0.0.1:${port}: .*EADDRINUSE`, 'm'));
});
