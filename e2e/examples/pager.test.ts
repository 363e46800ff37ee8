import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../stack/eventually.ts';
import { ROOT } from '../stack/vigil.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { ExampleProcess } from './example-process.ts';
import { ask } from './shop-client.ts';

afterEach(() => {
  ExampleProcess.killAll();
});

async function startPager(nodeOptions: readonly string[] = []): Promise<{ pager: ExampleProcess; url: string }> {
  const pager = ExampleProcess.run('pager', [...nodeOptions, 'src/main.ts'], { PAGER_PORT: '0' });
  const url = await eventually(
    'the pager listens',
    WORST_CASE_MILLIS.answered,
    async () => /(http:\/\/[\d.:]+)\//.exec(pager.stdout)?.[1],
  );
  return { pager, url };
}

function notification(status: 'firing' | 'resolved', more: object = {}): object {
  const alert = {
    status,
    labels: { alertname: 'ShopBurn', severity: 'critical', service: 'shop' },
    annotations: { summary: 'The shop burns its budget.', runbook_url: 'https://example.com/ShopBurn.md' },
    startsAt: new Date(Date.now() - 90_000).toISOString(),
    endsAt: status === 'resolved' ? new Date().toISOString() : '0001-01-01T00:00:00Z',
    generatorURL: 'http://127.0.0.1:9090/graph',
    fingerprint: 'f1',
    ...more,
  };
  return { version: '4', status, receiver: 'pager', groupKey: 'g', truncatedAlerts: 0, alerts: [alert] };
}

test('a page is in the API, on the web page and in the terminal; resolved it is no longer firing', async () => {
  const { pager, url } = await startPager();
  expect((await ask('POST', `${url}/alertmanager`, notification('firing'))).body).toEqual({ id: 1 });
  expect((await ask('GET', `${url}/api/pages`)).body).toMatchObject({
    latest: 1,
    firing: 1,
    pages: [{ id: 1, alerts: [{ name: 'ShopBurn', severity: 'critical' }] }],
  });
  expect(await (await fetch(url)).text()).toContain('The shop burns its budget.');
  expect(pager.stdout).toMatch(/CRITICAL {3}ShopBurn {2}.*1 min 30 s after it started/);
  await ask('POST', `${url}/alertmanager`, notification('resolved'));
  expect((await ask('GET', `${url}/api/pages?since=1`)).body).toMatchObject({
    latest: 2,
    firing: 0,
    pages: [{ id: 2, status: 'resolved' }],
  });
  expect(await (await fetch(url)).text()).toContain('All quiet');
});

test('an open page is told of each new one', async () => {
  const { url } = await startPager();
  const stream = await fetch(`${url}/events`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  await ask('POST', `${url}/alertmanager`, notification('firing'));
  let text = '';
  while (!text.includes('event: page')) text += (await reader?.read())?.value ?? '';
  expect(text).toContain('data: 1');
  await reader?.cancel();
});

test('a heartbeat is noted and is no page', async () => {
  const { url } = await startPager();
  await ask('POST', `${url}/heartbeat`, notification('firing'));
  expect((await ask('GET', `${url}/api/pages`)).body).toMatchObject({ pages: [], heartbeatAt: expect.any(String) });
});

test('no JSON is 415, no notification 400, 257 KiB 413, and it goes on', async () => {
  const { url } = await startPager();
  const post = (body: string, type = 'application/json') =>
    fetch(`${url}/alertmanager`, { method: 'POST', body, headers: { 'content-type': type } }).then(
      (answer) => answer.status,
    );
  expect(await post('x', 'text/plain')).toBe(415);
  expect(await post('{"version":"3"}')).toBe(400);
  expect(await post('x'.repeat(257 * 1024))).toBe(413);
  expect((await ask('GET', `${url}/api/pages?since=now`)).status).toBe(400);
  expect((await ask('GET', `${url}/livez`)).status).toBe(200);
});

test('the 201st page pushes the first out', async () => {
  const { url } = await startPager();
  for (let count = 0; count < 201; count += 1) await ask('POST', `${url}/alertmanager`, notification('firing'));
  const { pages, latest } = (await ask('GET', `${url}/api/pages`)).body as { pages: { id: number }[]; latest: number };
  expect([pages.length, pages[0]?.id, latest]).toEqual([200, 2, 201]);
});

test('it writes no file, starts no process and has no dependency', async () => {
  // Node's permission model refuses everything but reading this folder.
  // From Node 25 on it refuses the network as well, unless told otherwise.
  const network = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];
  const { url } = await startPager(['--permission', `--allow-fs-read=${join(ROOT, 'examples/pager')}`, ...network]);
  expect((await ask('POST', `${url}/alertmanager`, notification('firing'))).status).toBe(200);
  expect((await fetch(url)).status).toBe(200);
  const manifest = JSON.parse(readFileSync(join(ROOT, 'examples/pager/package.json'), 'utf8'));
  expect([manifest.dependencies, manifest.devDependencies]).toEqual([undefined, undefined]);
});

test('a taken port ends it with 2 and one line, SIGTERM with 0 also while a page is open', async () => {
  const { pager, url } = await startPager();
  const second = ExampleProcess.run('pager', ['src/main.ts'], { PAGER_PORT: new URL(url).port });
  expect((await second.end()).code).toBe(2);
  expect(second.stderr).toBe(
    `pager: 127.0.0.1:${new URL(url).port} is in use: stop what listens there or set PAGER_PORT\n`,
  );
  const stream = await fetch(`${url}/events`);
  expect((await pager.end('SIGTERM')).code).toBe(0);
  await stream.body?.cancel().catch(() => undefined);
});
