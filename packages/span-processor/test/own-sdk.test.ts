import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadSdk2 } from './sdk-under-test.ts';

// Worker and exit handler, so in a process of its own, on the built output.
const APPS = join(dirname(fileURLToPath(import.meta.url)), 'apps');
let sink: Server;
let isHanging = false;

beforeAll(async () => {
  sink = createServer((request, response) => {
    request.resume().on('end', () => {
      if (!isHanging) response.end();
    });
  });
  await new Promise<void>((resolve) => void sink.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  sink.closeAllConnections();
  sink.close();
});

function run(
  way: string,
  { flags = [], sdk = '3' }: { readonly flags?: readonly string[]; readonly sdk?: string } = {},
): Promise<{ readonly code: number | null; readonly ledger: Record<string, number> }> {
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/v1/traces`;
  const child = spawn(process.execPath, [...flags, join(APPS, 'own-sdk.mjs'), way], {
    env: { SINK: url, SDK: sdk, WARM: String(!isHanging) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, ledger: JSON.parse(stdout || '{}') });
    });
  });
}

test.each([
  ['end', 0],
  ['exit', 3],
  ['throw', 1],
  ['shutdown', 0],
])(
  'ended by %s with code %d: what is kept is delivered, also of the request that still ran',
  async (way, code) => {
    isHanging = false;
    const { ledger, code: seen } = await run(way);
    expect(seen).toBe(code);
    expect(ledger).toMatchObject({ ended: 203, sampledOut: 150, accepted: 53, queued: 0, inflight: 0, unconfirmed: 0 });
  },
  20_000,
);

test('with a collector that hangs the exit is held up for half a second, and every span is counted', async () => {
  isHanging = true;
  const { ledger, code } = await run('exit');
  expect(code).toBe(3);
  expect(ledger.exitMillis).toBeLessThan(2_000);
  const lost = Object.values(ledger.lost ?? {}).reduce((sum, count) => sum + count, 0);
  const { sampledOut = 0, accepted, unconfirmed = 0, queued = 0, inflight = 0 } = ledger;
  expect(accepted).toBe(0);
  expect(sampledOut + lost + unconfirmed + queued + inflight).toBe(203);
}, 20_000);

test('SDK 2 with the API overridden to the one version all need: worker, sampler and verdicts work', async () => {
  isHanging = false;
  await loadSdk2();
  const { ledger, code } = await run('exit', { flags: ['--import', join(APPS, 'one-api.mjs')], sdk: '2' });
  expect(code).toBe(3);
  expect(ledger).toMatchObject({ ended: 203, sampledOut: 150, accepted: 53, queued: 0, inflight: 0 });
}, 20_000);
